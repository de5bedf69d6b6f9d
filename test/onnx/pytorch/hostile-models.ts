import {
  checkpointFile,
  convolution,
  createStorages,
  moduleCode,
  smallCheckpoint,
  smallModel,
} from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { pickle } from "./pickle-file.ts";

const { int, list, dict, object, none } = pickle;

/** Models that do not hold together. */
export const MODELS: readonly HostileFile[] = [
  {
    name: "a head without strides",
    make: () => smallCheckpoint({ head: { attributes: { stride: none } } }),
    says: /Detect\): has no stride/,
  },
  {
    name: "a head with a billion classes",
    make: () => smallCheckpoint({ head: { attributes: { nc: int(1_000_000_000) } } }),
    says: /gives 1 channels, expected 1000000000/,
  },
  {
    name: "a head with a billion bins",
    make: () => smallCheckpoint({ head: { attributes: { reg_max: int(500_000_000) } } }),
    says: /gives 8 channels, expected 2000000000/,
  },
  {
    name: "a layer that reads one that comes after it",
    make: () => smallCheckpoint({ head: { attributes: { f: list(int(5)) } } }),
    says: /reads layer 5, which does not come before it/,
  },
  {
    name: "a module without attributes",
    make: () => smallCheckpoint({ layers: { bare: object("torch.nn.modules.linear", "Identity", none) } }),
    says: /has no attributes/,
  },
  {
    name: "parts that are no modules",
    make: () => smallCheckpoint({ layers: { number: int(3) } }),
    says: /part number is number, expected a module/,
  },
  {
    name: "a layer named after what every object inherits",
    make: () =>
      smallCheckpoint({
        layers: { odd: moduleCode("torch.nn.toString", { attributes: { f: int(-1) } }) },
      }),
    says: /this kind of layer cannot be converted/,
  },
  {
    name: "a layer of somebody else's code",
    make: () => smallCheckpoint({ layers: { odd: moduleCode("evil.Conv", { attributes: { f: int(-1) } }) } }),
    says: /\(evil\.Conv\): this kind of layer cannot be converted/,
  },
  {
    name: "a picture enlarged a million times",
    make: () =>
      smallCheckpoint({
        layers: {
          vast: moduleCode("torch.nn.modules.upsampling.Upsample", {
            attributes: { f: int(-1), mode: pickle.text("nearest"), scale_factor: pickle.float(1e6) },
          }),
        },
      }),
    says: /scale factors are 1000000 and 1000000, expected 1 to 8/,
  },
  {
    name: "weights that are no numbers",
    make: () => {
      const storages = createStorages();
      const conv = convolution(
        storages.floats([1, 3, 1, 1], () => 1),
        1,
        storages.floats([1], () => Number.NaN),
      );
      const act = moduleCode("torch.nn.modules.linear.Identity", {});
      const odd = moduleCode("ultralytics.nn.modules.conv.Conv", {
        modules: { conv, act },
        attributes: { f: int(-1) },
      });
      return checkpointFile(dict({ model: smallModel({ storages, layers: { odd } }) }), storages);
    },
    says: /its weights are not numbers/,
  },
];
