import { checkpointFile, createStorages, smallModel } from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { type Code, pickle } from "./pickle-file.ts";
import type { ZipEntry } from "./zip-file.ts";

const { code, text, dict, storage, tensor } = pickle;

const weights = (bytes: number): ZipEntry => ({ name: "model/data/w", data: new Uint8Array(bytes) });
const scored = (scoreWeights: Code, ...entries: readonly ZipEntry[]): Uint8Array => {
  const storages = createStorages();
  const value = dict({ model: smallModel({ storages, scoreWeights }) });
  return checkpointFile(value, { entries: [...storages.entries, ...entries] });
};
const view = (offset: number, size: readonly number[], stride?: readonly number[]): Code =>
  tensor({
    storage: storage("FloatStorage", "w", 3),
    offset,
    size,
    ...(stride === undefined ? {} : { stride }),
  });

/** Tensors that are not where they say. */
export const TENSORS: readonly HostileFile[] = [
  {
    name: "a storage shorter than it says",
    make: () => scored(view(0, [1, 3, 1, 1]), weights(8)),
    says: /storage w: expected 12 bytes \(FloatStorage of 3\), got 8/,
  },
  {
    name: "a storage longer than it says",
    make: () => scored(view(0, [1, 3, 1, 1]), weights(16)),
    says: /expected 12 bytes .*, got 16/,
  },
  { name: "a storage that is missing", make: () => scored(view(0, [1, 3, 1, 1])), says: /got none/ },
  {
    name: "a tensor beyond its storage",
    make: () => scored(view(1, [1, 3, 1, 1]), weights(12)),
    says: /does not fit storage w of 3 elements/,
  },
  {
    name: "a negative offset",
    make: () => scored(view(-1, [1, 3, 1, 1]), weights(12)),
    says: /offset is -1/,
  },
  {
    name: "negative strides",
    make: () => scored(view(2, [1, 3, 1, 1], [3, -1, 1, 1]), weights(12)),
    says: /stride is -1/,
  },
  {
    name: "sizes whose product overflows",
    make: () =>
      scored(view(0, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], [0, 0, 0, 0]), weights(12)),
    says: /does not fit storage/,
  },
  {
    name: "three numbers repeated to a billion",
    make: () => scored(view(0, [1, 2 ** 30, 1, 1], [0, 0, 0, 0]), weights(12)),
    says: /does not fit storage/,
  },
  {
    name: "a tensor of twenty axes",
    make: () => scored(view(0, Array(20).fill(1)), weights(12)),
    says: /20 sizes/,
  },
  {
    name: "fewer strides than sizes",
    make: () => scored(view(0, [1, 3, 1, 1], [1]), weights(12)),
    says: /4 sizes and 1 strides/,
  },
  {
    name: "one storage under two types",
    make: () =>
      scored(
        code(tensor({ storage: storage("HalfStorage", "w", 6), size: [6] }), "0", view(0, [1, 3, 1, 1])),
        weights(12),
      ),
    says: /storage w is HalfStorage of 6, and then FloatStorage of 3/,
  },
  {
    name: "numbers of a kind that no weight has",
    make: () => scored(tensor({ storage: storage("ComplexFloatStorage", "w", 3), size: [3] }), weights(24)),
    says: /type ComplexFloatStorage are not supported/,
  },
  {
    name: "a storage named after what every object inherits",
    make: () => scored(tensor({ storage: storage("constructor", "w", 3), size: [3] }), weights(12)),
    says: /type constructor are not supported/,
  },
  {
    name: "a tensor without a storage",
    make: () => scored(tensor({ storage: text("w"), size: [3] })),
    says: /a tensor's storage is string/,
  },
  {
    name: "a weight that is text",
    make: () => scored(text("w")),
    says: /weight is string, expected a tensor/,
  },
  {
    name: "weights of another shape",
    make: () => scored(view(0, [3], [1]), weights(12)),
    says: /gives 3 channels, expected 1/,
  },
];
