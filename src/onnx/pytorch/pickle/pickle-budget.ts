import type { PickleValue } from "./pickle-value.ts";

/** Far beyond any real checkpoint (YOLOv8x: 150 000 operations), and still little memory. */
const MAX_OPERATIONS = 1_000_000;
/** Calls copy the containers they are given, as `set(list)` does; a real checkpoint's have a few items each. */
const MAX_COPIED = 1_000_000;
/**
 * Texts are hashed with a secret, numbers are not: keys chosen to collide make a table quadratic. Real ones are numbers
 * of classes, up to 10 000, once in each of two models.
 */
const MAX_NUMBER_KEYS = 30_000;

/** What one pickle may spend in all. `fail` is told what there is too much of. */
export class PickleBudget {
  readonly #fail: (fact: string) => never;
  #operations = MAX_OPERATIONS;
  #copied = MAX_COPIED;
  #numberKeys = MAX_NUMBER_KEYS;

  constructor(fail: (fact: string) => never) {
    this.#fail = fail;
  }

  /** One operation, before it is done. */
  countOperation(): void {
    if (--this.#operations < 0) this.#fail(`more than ${MAX_OPERATIONS} operations`);
  }

  /** Items of a container that a call copies, before it does. */
  countCopied(items: number): void {
    this.#copied -= items;
    if (this.#copied < 0) this.#fail(`its calls copy more than ${MAX_COPIED} items`);
  }

  /** One key of a dict, before it is set. */
  countKey(key: PickleValue): void {
    if (typeof key !== "number" && typeof key !== "bigint") return;
    if (--this.#numberKeys < 0) this.#fail(`more than ${MAX_NUMBER_KEYS} keys that are numbers`);
  }

  /** Pickles number their memo from 0 on, one for each operation at most. */
  checkMemo(index: number): void {
    if (index >= MAX_OPERATIONS) this.#fail(`memo ${index}, expected less than ${MAX_OPERATIONS}`);
  }
}
