/*
 * What a pickle becomes: inert records. A pickle is a program that asks Python to import and to call things; here a
 * wish to import leaves a name, and a wish to call leaves a note of it. Nothing in these records can be run.
 */

/** Records may refer to one another, in circles too: whoever walks them needs a limit of their own. */
export type PickleValue = null | boolean | number | bigint | string | PickleRecord;

export type PickleRecord =
  | PickleBytes
  | PickleList
  | PickleTuple
  | PickleSet
  | PickleDict
  | PickleGlobal
  | PickleObject
  | PickleStorage
  | PickleTensor;

interface PickleBytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
}

interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

interface PickleSet {
  readonly kind: "set";
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<PickleValue, PickleValue>;
}

/** Something of a Python module, by name only. */
interface PickleGlobal {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
}

/** What Python would have got by calling `type` with `args` and then setting `state`; it was not called. */
export interface PickleObject {
  readonly kind: "object";
  readonly type: PickleValue;
  readonly args: readonly PickleValue[];
  state: PickleValue;
}

/** A run of numbers of one type in a file of their own beside the pickle. */
export interface PickleStorage {
  readonly kind: "storage";
  /** PyTorch's name of the element type, such as HalfStorage. */
  readonly type: string;
  readonly key: string;
  readonly elements: number;
}

/** A view of a storage: element [i, j, …] lies at offset + i·stride[0] + j·stride[1] + …, always within the storage. */
export interface PickleTensor {
  readonly kind: "tensor";
  readonly storage: PickleStorage;
  readonly offset: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

type RecordOf<Kind extends PickleRecord["kind"]> = Extract<PickleRecord, { kind: Kind }>;

export function isRecord<Kind extends PickleRecord["kind"]>(
  value: PickleValue | undefined,
  kind: Kind,
): value is RecordOf<Kind> {
  return typeof value === "object" && value !== null && value.kind === kind;
}

/** One word for errors: what kind of thing the value is. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (typeof value !== "object") return typeof value;
  if (value.kind === "global") return `${value.module}.${value.name}`;
  if (value.kind !== "object" || !isRecord(value.type, "global")) return value.kind;
  return `a ${value.type.module}.${value.type.name}`;
}
