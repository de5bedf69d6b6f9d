import { PickleBudget } from "./pickle-budget.ts";
import type { PickleBytes } from "./pickle-bytes.ts";
import type { PickleStorage, PickleValue } from "./pickle-value.ts";

const MAX_STACK = 10_000;

/** The state between two operations: a stack with marks in it, a numbered memo, and the storages met so far. */
export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly budget = new PickleBudget((fact) => this.fail(fact));
  readonly storages = new Map<string, PickleStorage>();
  readonly #memo = new Map<number, PickleValue>();
  readonly #marks: number[] = [];
  readonly #stack: PickleValue[] = [];

  constructor(bytes: PickleBytes) {
    this.bytes = bytes;
  }

  fail(fact: string): never {
    return this.bytes.fail(fact);
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) this.fail(`the stack grows beyond ${MAX_STACK} values`);
    this.#stack.push(value);
  }

  /** Only what lies above the last mark can be taken. */
  pop(): PickleValue {
    const floor = this.#marks.at(-1) ?? 0;
    const value = this.#stack.length > floor ? this.#stack.pop() : undefined;
    return value === undefined ? this.fail("an operation finds the stack empty") : value;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MAX_STACK) this.fail(`more than ${MAX_STACK} marks`);
    this.#marks.push(this.#stack.length);
  }

  /** Takes everything above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    return start === undefined ? this.fail("an operation finds no mark") : this.#stack.splice(start);
  }

  remember(index: number): void {
    this.budget.checkMemo(index);
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    this.push(value === undefined ? this.fail(`memo ${index} is empty`) : value);
  }
}
