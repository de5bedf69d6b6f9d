import {
  checkpointFile,
  convolution,
  createStorages,
  moduleCode,
  smallCheckpoint,
  smallModel,
} from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { type Code, pickle } from "./pickle-file.ts";
import type { ZipEntry } from "./zip-file.ts";

const { code, float, int, text, tuple, dict, none } = pickle;

const identity = (): Code => moduleCode("torch.nn.modules.linear.Identity", {});

/** Weights that need no numbers in the file, since they have no elements. */
const empty = (channels: number): Code =>
  pickle.tensor({ storage: pickle.storage("FloatStorage", "none", 0), size: [channels, 0, 1, 1] });
const nothing: ZipEntry = { name: "model/data/none", data: new Uint8Array() };

/** A small model with one more layer in front of the head. */
function withLayer(layer: Code, ...entries: readonly ZipEntry[]): Uint8Array {
  const storages = createStorages();
  const value = dict({ model: smallModel({ storages, layers: { layer } }) });
  return checkpointFile(value, { entries: [...storages.entries, ...entries] });
}

/** A convolution of three channels to three whose attributes are changed. */
function changed(attributes: Readonly<Record<string, Code>>): Uint8Array {
  const storages = createStorages();
  const weight = storages.floats([3, 3, 3, 3], () => 0);
  const layer = moduleCode("torch.nn.modules.conv.Conv2d", {
    parameters: { weight, bias: none },
    attributes: {
      f: int(-1),
      out_channels: int(3),
      stride: int(1),
      padding: int(0),
      dilation: int(1),
      groups: int(1),
      padding_mode: text("zeros"),
      ...attributes,
    },
  });
  return checkpointFile(dict({ model: smallModel({ storages, layers: { layer } }) }), storages);
}

function pooling(attributes: Readonly<Record<string, Code>>): Uint8Array {
  const usual = { f: int(-1), kernel_size: int(5), stride: int(1), padding: int(2), dilation: int(1) };
  return withLayer(
    moduleCode("torch.nn.modules.pooling.MaxPool2d", { attributes: { ...usual, ...attributes } }),
  );
}

/** Numbers that a small file can say and that only a vast machine could do. */
export const SIZES: readonly HostileFile[] = [
  {
    name: "one number repeated to nine million, twenty times",
    make: () => {
      const elements = 1_000 * 1_000 * 9;
      const weight = pickle.tensor({
        storage: pickle.storage("ByteStorage", "vast", elements),
        size: [1_000, 1_000, 3, 3],
        stride: [0, 0, 0, 0],
      });
      const parts = Array.from({ length: 20 }, (_, index) => [
        index,
        index === 0 ? code(convolution(weight, 1_000, none, 3), "q\x05") : code("h\x05"),
      ]);
      const layer = moduleCode("torch.nn.modules.container.Sequential", {
        modules: Object.fromEntries(parts),
        attributes: { f: int(-1) },
      });
      return withLayer(
        layer,
        { name: "model/data/vast", data: new Uint8Array(elements), deflate: true },
        // What lets so much be unpacked.
        { name: "model/data/pad", data: Buffer.alloc(1_400_000, "pad") },
      );
    },
    says: /more numbers than the file has bytes/,
  },
  {
    name: "two billion channels without a number",
    make: () => {
      const conv = convolution(empty(2 ** 31 - 2), 3);
      const cv1 = moduleCode("ultralytics.nn.modules.conv.Conv", { modules: { conv, act: identity() } });
      const layer = moduleCode("ultralytics.nn.modules.block.C2f", {
        modules: { cv1 },
        attributes: { f: int(-1) },
      });
      return withLayer(layer, nothing);
    },
    says: /weight is empty: \[2147483646,0,1,1\]/,
  },
  {
    name: "a head of a billion classes whose weights are empty",
    make: () => {
      const storages = createStorages();
      const scoreWeights = empty(1_000_000_000);
      const head = { attributes: { nc: int(1_000_000_000) } };
      const value = dict({ model: smallModel({ storages, scoreWeights, head }) });
      return checkpointFile(value, { entries: [...storages.entries, nothing] });
    },
    says: /weight is empty: \[1000000000,0,1,1\]/,
  },
  {
    name: "a convolution of two billion channels without a number",
    make: () => {
      const channels = 2 ** 31 - 2;
      const layer = moduleCode("torch.nn.modules.conv.Conv2d", {
        parameters: { weight: empty(channels), bias: none },
        attributes: { f: int(-1), out_channels: int(channels), padding_mode: text("zeros") },
      });
      return withLayer(layer, nothing);
    },
    says: /weight is empty: \[2147483646,0,1,1\]/,
  },
  {
    name: "a stride of the head of a hundred million",
    make: () => {
      const storages = createStorages();
      const stride = storages.floats([1], () => 1e8);
      const value = dict({ model: smallModel({ storages, head: { attributes: { stride } } }) });
      return checkpointFile(value, storages);
    },
    says: /strides are \[100000000\], expected one to 8 whole numbers up to 256/,
  },
  {
    name: "a million strides of the head",
    make: () => {
      const storages = createStorages();
      const stride = storages.floats([1_000_000], () => 8);
      const value = dict({ model: smallModel({ storages, head: { attributes: { stride } } }) });
      return checkpointFile(value, storages);
    },
    says: /strides are \[8,8,8,8,8,8,8,8,8\], expected/,
  },
  {
    name: "a step of no pixels",
    make: () => changed({ stride: int(0) }),
    says: /stride is 0 and 0, expected whole numbers from 1 to 64/,
  },
  {
    name: "a dilation of a billion",
    make: () => changed({ dilation: tuple(int(1e9), int(1)), padding: tuple(int(1e9), int(0)) }),
    says: /dilation is 1000000000 and 1, expected whole numbers from 1 to 64/,
  },
  {
    name: "a margin wider than its window",
    make: () => changed({ padding: int(100_000) }),
    says: /padding is 100000 and 100000, expected no more than its window/,
  },
  {
    name: "a margin of half a pixel",
    make: () => changed({ padding: float(0.5) }),
    says: /padding is 0\.5 and 0\.5, expected whole numbers from 0/,
  },
  { name: "no groups", make: () => changed({ groups: int(0) }), says: /groups is 0, expected a whole/ },
  {
    name: "pooling without a step",
    make: () => pooling({ stride: int(0) }),
    says: /stride is 0 and 0, expected whole numbers from 1 to 64/,
  },
  {
    name: "pooling over a window of a million pixels",
    make: () => pooling({ kernel_size: int(1_000_000), padding: int(500_000) }),
    says: /expected whole numbers from 0 to 64/,
  },
  {
    name: "a text of a megabyte where a word is expected",
    make: () => changed({ padding_mode: text("zeros".repeat(200_000)) }),
    says: /padding mode zeroszeros/,
  },
  {
    name: "a kind of layer with a name of a megabyte",
    make: () =>
      smallCheckpoint({
        layers: { odd: moduleCode(`torch.nn.${"Odd".repeat(300_000)}`, { attributes: { f: int(-1) } }) },
      }),
    says: /OddOdd.*this kind of layer cannot be converted/,
  },
];
