import type { PickleBudget } from "./pickle-budget.ts";
import {
  describeValue,
  isRecord,
  type PickleDict,
  type PickleTensor,
  type PickleValue,
} from "./pickle-value.ts";

/** Makes the record of one call that is understood; throws a plain Error that says what is wrong with it. */
type Rebuild = (args: readonly PickleValue[], budget: PickleBudget) => PickleValue;

/** Every call that becomes something other than a note of it: containers and tensors, nothing else. */
const REBUILDERS: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ["torch._utils._rebuild_tensor", rebuildTensor],
  ["torch._utils._rebuild_tensor_v2", rebuildTensor],
  ["torch._utils._rebuild_parameter", ([data = null]) => data],
  ["torch._utils._rebuild_parameter_with_state", ([data = null]) => data],
  ["torch.Size", ([items]) => ({ kind: "tuple", items: itemsOf(items) })],
  ["collections.OrderedDict", ([pairs], budget) => rebuildDict(pairs, budget)],
  ["builtins.dict", ([pairs], budget) => rebuildDict(pairs, budget)],
  ["__builtin__.dict", ([pairs], budget) => rebuildDict(pairs, budget)],
  ["builtins.set", ([items]) => ({ kind: "set", items: [...itemsOf(items)] })],
  ["__builtin__.set", ([items]) => ({ kind: "set", items: [...itemsOf(items)] })],
  ["builtins.frozenset", ([items]) => ({ kind: "set", items: [...itemsOf(items)] })],
  ["__builtin__.frozenset", ([items]) => ({ kind: "set", items: [...itemsOf(items)] })],
]);

/** What the call of `type` with `args` stands for: a container or tensor, or an inert note of the call. */
export function rebuild(type: PickleValue, args: readonly PickleValue[], budget: PickleBudget): PickleValue {
  const row = isRecord(type, "global") ? REBUILDERS.get(`${type.module}.${type.name}`) : undefined;
  if (row === undefined) return { kind: "object", type, args, state: null };
  for (const argument of args) budget.countCopied(lengthOf(argument));
  return row(args, budget);
}

function lengthOf(value: PickleValue): number {
  if (isRecord(value, "dict")) return value.entries.size;
  return isRecord(value, "list") || isRecord(value, "tuple") || isRecord(value, "set")
    ? value.items.length
    : 0;
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  if (value === undefined) return [];
  if (isRecord(value, "list") || isRecord(value, "tuple") || isRecord(value, "set")) return value.items;
  throw new Error(`expected a list of items, got ${describeValue(value)}`);
}

function rebuildDict(pairs: PickleValue | undefined, budget: PickleBudget): PickleDict {
  const entries = new Map<PickleValue, PickleValue>();
  for (const [key, value] of isRecord(pairs, "dict") ? pairs.entries : itemsOf(pairs).map(pairOf)) {
    budget.countKey(key);
    entries.set(key, value);
  }
  return { kind: "dict", entries };
}

function pairOf(pair: PickleValue): readonly [PickleValue, PickleValue] {
  const items = itemsOf(pair);
  const [key, value] = items;
  if (key !== undefined && value !== undefined && items.length === 2) return [key, value];
  throw new Error("expected pairs of key and value");
}

/** Arguments: storage, offset, size, stride, and more that only training needs. */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[]): PickleTensor {
  if (!isRecord(storage, "storage")) {
    throw new Error(`a tensor's storage is ${describeValue(storage)}`);
  }
  const tensor = {
    kind: "tensor",
    storage,
    offset: countOf(offset, "offset"),
    size: itemsOf(size).map((length) => countOf(length, "size")),
    stride: itemsOf(stride).map((step) => countOf(step, "stride")),
  } as const;
  checkBounds(tensor);
  return tensor;
}

function countOf(value: PickleValue | undefined, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  const got = typeof value === "number" || typeof value === "bigint" ? String(value) : describeValue(value);
  throw new Error(`a tensor's ${what} is ${got.slice(0, 40)}, expected a whole number from 0 on`);
}

const MAX_AXES = 16;

/** A tensor with more elements than its storage repeats them; no weight does, and a small file could ask for terabytes. */
function checkBounds({ storage, offset, size, stride }: PickleTensor): void {
  if (size.length !== stride.length || size.length > MAX_AXES) {
    throw new Error(`a tensor has ${size.length} sizes and ${stride.length} strides`);
  }
  const elements = size.reduce((product, length) => product * length, 1);
  const last = size.reduce((sum, length, axis) => sum + (length - 1) * (stride[axis] ?? 0), offset);
  if (elements > 0 && (last >= storage.elements || elements > storage.elements)) {
    throw new Error(
      `a tensor [${size}] with strides [${stride}] from element ${offset} on does not fit storage ${storage.key} of ${storage.elements} elements`,
    );
  }
}
