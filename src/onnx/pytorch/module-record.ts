import type { MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import type { Checkpoint } from "./checkpoint.ts";
import {
  describeValue,
  isRecord,
  type PickleObject,
  type PickleTensor,
  type PickleValue,
} from "./pickle/pickle-value.ts";

/** A layer has some dozens of parts, the largest network some hundreds of layers. */
const MAX_PARTS = 5_000;
/** Names and texts of a file may have megabytes. */
const MAX_SHOWN = 500;
const MAX_SHOWN_NAME = 100;

export interface Weights {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** One module (torch.nn.Module) of a checkpoint: its attributes, parameters and children, read with checks. */
export class ModuleRecord {
  /** Name of its class, such as C2f; of other libraries than PyTorch and Ultralytics with the whole path. */
  readonly type: string;
  /** Where it stands in the model, such as model.4.cv1; for errors. */
  readonly path: string;
  readonly #checkpoint: Checkpoint;
  readonly #model: string;
  readonly #state: ReadonlyMap<PickleValue, PickleValue>;

  /** @param model name of the file, for errors */
  constructor(checkpoint: Checkpoint, record: PickleObject, model: string, path: string) {
    this.#checkpoint = checkpoint;
    this.#model = model;
    this.path = path;
    this.type = typeOf(record);
    if (!isRecord(record.state, "dict")) throw this.failure("has no attributes");
    this.#state = record.state.entries;
  }

  fail(fact: string): never {
    throw this.failure(fact);
  }

  failure(fact: string): MaskloomError {
    const [path, type] = [this.path, this.type].map((text) => text.slice(0, MAX_SHOWN_NAME));
    return unreadableModel(this.#model, `${path} (${type}): ${fact.slice(0, MAX_SHOWN)}`);
  }

  /** A plain attribute as it was saved; undefined where there is none. */
  attribute(name: string): PickleValue | undefined {
    return this.#state.get(name);
  }

  number(name: string): number {
    const value = this.attribute(name);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.fail(`${name} is ${describeValue(value)}, expected a number`);
  }

  /** A whole number from 1 on. */
  count(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= 1
      ? value
      : this.fail(`${name} is ${value}, expected a whole number from 1 on`);
  }

  flag(name: string): boolean {
    const value = this.attribute(name) ?? false;
    return typeof value === "boolean"
      ? value
      : this.fail(`${name} is ${describeValue(value)}, expected a boolean`);
  }

  /** Two numbers for height and width; where one was given, it holds for both. */
  pair(name: string): [number, number] {
    const value = this.attribute(name);
    const items = isRecord(value, "tuple") || isRecord(value, "list") ? value.items : [value, value];
    const [vertical, horizontal] = items;
    if (items.length === 2 && typeof vertical === "number" && typeof horizontal === "number") {
      return [vertical, horizontal];
    }
    return this.fail(`${name} is ${describeValue(value)}, expected one or two numbers`);
  }

  /** As `pair`: whole numbers of pixels, each within the range. */
  pixels(name: string, least: number, most: number): [number, number] {
    const pair = this.pair(name);
    return pair.every((value) => Number.isInteger(value) && value >= least && value <= most)
      ? pair
      : this.fail(`${name} is ${pair.join(" and ")}, expected whole numbers from ${least} to ${most}`);
  }

  /** A parameter, buffer or plain tensor. */
  weights(name: string): Weights {
    return this.findWeights(name) ?? this.fail(`has no ${name}`);
  }

  findWeights(name: string): Weights | null {
    const tensor = this.#findTensor(name);
    return tensor === null ? null : { dims: tensor.size, data: this.#checkpoint.read(tensor) };
  }

  /** Sizes of a parameter, which cost nothing to know; its storage has as many numbers, so that they can be trusted. */
  sizeOf(name: string): readonly number[] {
    const { size } = this.#findTensor(name) ?? this.fail(`has no ${name}`);
    return size.includes(0) ? this.fail(`${name} is empty: [${size}]`) : size;
  }

  child(name: string): ModuleRecord {
    return this.findChild(name) ?? this.fail(`has no part ${name}`);
  }

  findChild(name: string): ModuleRecord | null {
    const value = this.#group("_modules").get(name) ?? null;
    return value === null ? null : this.#childOf(name, value);
  }

  /** In the order in which they were added: that of a Sequential or ModuleList. */
  children(): ModuleRecord[] {
    const modules = this.#group("_modules");
    if (modules.size > MAX_PARTS) this.fail(`has ${modules.size} parts, expected ${MAX_PARTS} at most`);
    return [...modules].map(([name, value]) => this.#childOf(String(name), value));
  }

  #findTensor(name: string): PickleTensor | null {
    const value =
      this.#group("_parameters").get(name) ??
      this.#group("_buffers").get(name) ??
      this.attribute(name) ??
      null;
    return value === null || isRecord(value, "tensor")
      ? value
      : this.fail(`${name} is ${describeValue(value)}, expected a tensor`);
  }

  #childOf(name: string, value: PickleValue): ModuleRecord {
    const path = `${this.path}.${name}`;
    if (isRecord(value, "object")) return new ModuleRecord(this.#checkpoint, value, this.#model, path);
    return this.fail(`part ${name} is ${describeValue(value)}, expected a module`);
  }

  #group(name: string): ReadonlyMap<PickleValue, PickleValue> {
    const group = this.attribute(name);
    return isRecord(group, "dict") ? group.entries : this.fail(`${name} is ${describeValue(group)}`);
  }
}

function typeOf({ type }: PickleObject): string {
  if (!isRecord(type, "global")) return describeValue(type);
  return /^(ultralytics|torch\.nn)\./.test(type.module) ? type.name : `${type.module}.${type.name}`;
}
