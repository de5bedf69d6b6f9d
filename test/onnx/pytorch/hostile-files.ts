import { deflateRawSync } from "node:zlib";
import {
  checkpointFile,
  convolution,
  createStorages,
  moduleCode,
  smallCheckpoint,
  smallModel,
} from "./checkpoint-file.ts";
import { type Code, pickle } from "./pickle-file.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const { code, int, text, tuple, list, dict, global, reduce, object, storage, tensor, none } = pickle;

/** A file that must be refused, and what the error must say. */
export interface HostileFile {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly says: RegExp;
}

/** Every shell command of this corpus makes this file where it is run. */
export const CANARY = "maskloom-canary-of-hostile-checkpoints";
const COMMAND = text(`touch /tmp/${CANARY}`);

const file = (value: Code): Uint8Array => checkpointFile(value, { entries: [] });
const attack = (module: string, name: string): Code => reduce(global(module, name), COMMAND);
const repeated = (part: string, times: number): Code => Buffer.from(part.repeat(times), "latin1");
const shortText = (value: string): Code => code("\x8c", Uint8Array.of(value.length), value);

/** Pickles that would run something where Python opens them. */
const ATTACKS: readonly HostileFile[] = [
  { name: "os.system", make: () => file(attack("os", "system")), says: /asks Python for os\.system/ },
  {
    name: "os.system by its real module",
    make: () => file(attack("posix", "system")),
    says: /posix\.system/,
  },
  { name: "eval", make: () => file(attack("builtins", "eval")), says: /builtins\.eval/ },
  { name: "exec of Python 2", make: () => file(attack("__builtin__", "exec")), says: /__builtin__\.exec/ },
  {
    name: "a process, named from the stack",
    make: () => file(code(shortText("subprocess"), shortText("Popen"), "\x93", tuple(COMMAND), "R")),
    says: /subprocess\.Popen/,
  },
  {
    name: "a submodule",
    make: () => file(attack("importlib.machinery", "SourceFileLoader")),
    says: /importlib\.machinery/,
  },
  {
    name: "an import within calls within calls",
    make: () =>
      file(
        reduce(
          reduce(
            global("builtins", "getattr"),
            reduce(global("builtins", "__import__"), text("os")),
            text("system"),
          ),
          COMMAND,
        ),
      ),
    says: /builtins\.__import__/,
  },
  {
    name: "an attack beside a sound model",
    make: () => {
      const storages = createStorages();
      return checkpointFile(
        dict({ model: smallModel({ storages }), train_args: attack("os", "system") }),
        storages,
      );
    },
    says: /os\.system/,
  },
  {
    name: "an attack that is only named, in a model's own attributes",
    make: () => smallCheckpoint({ model: { attributes: { callback: global("shutil", "rmtree") } } }),
    says: /shutil\.rmtree/,
  },
  {
    name: "an attack by way of NEWOBJ and BUILD",
    make: () => file(code(global("os", "system"), tuple(COMMAND), "\x81}b")),
    says: /os\.system/,
  },
  {
    name: "an attack after the model, before the end",
    make: () => {
      const storages = createStorages();
      return checkpointFile(
        code(dict({ model: smallModel({ storages }) }), attack("nt", "system"), "0"),
        storages,
      );
    },
    says: /nt\.system/,
  },
  {
    name: "a call of what it carries itself",
    make: () => file(reduce(object("evil.payload", "Runner", dict({ command: COMMAND })), COMMAND)),
    says: /a model of another kind/,
  },
  {
    name: "a class that sets its own state",
    make: () => file(object("evil.payload", "Runner", dict({ command: COMMAND }))),
    says: /a model of another kind \(a evil\.payload\.Runner\)/,
  },
];

/** Pickles that want all memory or all time. */
const BOMBS: readonly HostileFile[] = [
  {
    name: "tuples a million deep",
    make: () => file(code(")", repeated("\x85", 1_000_001))),
    says: /operations/,
  },
  {
    name: "tuples half a million deep",
    make: () => file(code(")", repeated("\x85", 500_000))),
    says: /without a model: tuple/,
  },
  { name: "a million marks", make: () => file(repeated("(", 1_000_000)), says: /more than 10000 marks/ },
  { name: "a million values", make: () => file(repeated("N", 1_000_000)), says: /the stack grows beyond/ },
  {
    name: "a million memo entries",
    make: () => file(code("N", repeated("\x94", 1_000_001))),
    says: /more than 1000000 operations/,
  },
  {
    name: "half a million dicts in a list",
    make: () => file(code("]", repeated("}a", 600_000))),
    says: /more than 1000000 operations/,
  },
  {
    name: "a memo entry of a huge number",
    make: () => file(code("Nr\xff\xff\xff\xff0j\xfe\xff\xff\xff")),
    says: /memo 4294967294 is empty/,
  },
  {
    name: "an integer of two gigabytes",
    make: () => file(code("\x8b\xff\xff\xff\x7f")),
    says: /an integer of 2147483647 bytes/,
  },
  {
    name: "a text of 2^63 bytes",
    make: () => file(code("\x8d", pickle.uint64(2n ** 63n), "a")),
    says: /9223372036854776000 bytes are announced/,
  },
  {
    name: "bytes of four gigabytes",
    make: () => file(code("B\xff\xff\xff\xffa")),
    says: /4294967295 bytes are announced/,
  },
  {
    name: "a frame of 2^62 bytes",
    make: () => file(code("\x95", pickle.uint64(2n ** 62n), "N")),
    says: /a frame announces/,
  },
  {
    name: "lists in lists, ten times in one another, a hundred deep",
    make: () => smallCheckpoint({ model: { attributes: { names: laughter("]", "(", "e") } } }),
    says: /name of class 0 is list/,
  },
  {
    name: "modules in modules, ten times in one another, twelve deep",
    make: () => {
      let nest = moduleCode("torch.nn.modules.linear.Identity", {});
      for (let depth = 0; depth < 12; depth++) {
        const modules = Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [index, code("h", Uint8Array.of(depth))]),
        );
        const outer = moduleCode("torch.nn.modules.container.Sequential", {
          modules,
          attributes: { f: int(-1) },
        });
        nest = code(nest, "q", Uint8Array.of(depth), "0", outer);
      }
      return smallCheckpoint({ layers: { bomb: nest } });
    },
    says: /modules contain one another without end/,
  },
  {
    name: "a module that contains itself",
    make: () => {
      const state = code("}(", text("f"), int(-1), text("_modules"), "}", text("0"), "h\x01s", "u");
      const circle = code(global("torch.nn.modules.container", "Sequential"), ")\x81q\x01", state, "b");
      return smallCheckpoint({ layers: { circle } });
    },
    says: /modules contain one another without end/,
  },
  {
    name: "one weight used four thousand times",
    make: () => {
      const storages = createStorages();
      const weight = storages.floats([3, 3, 16, 16], () => 0);
      const shared = code(convolution(weight, 3), "q\x01");
      const modules = Object.fromEntries(
        Array.from({ length: 4_000 }, (_, index) => [index, index === 0 ? shared : code("h\x01")]),
      );
      const chain = moduleCode("torch.nn.modules.container.Sequential", {
        modules,
        attributes: { f: int(-1) },
      });
      return checkpointFile(dict({ model: smallModel({ storages, layers: { chain } }) }), storages);
    },
    says: /more numbers than the file has bytes/,
  },
];

/** One container in another, ten times each, a hundred times over. */
function laughter(empty: string, before: string, after: string): Code {
  let inner = code(empty);
  for (let depth = 0; depth < 100; depth++) {
    const index = Uint8Array.of(depth);
    inner = code(
      inner,
      "q",
      index,
      "0",
      empty,
      before,
      ...Array.from({ length: 10 }, () => code("h", index)),
      after,
    );
  }
  return inner;
}

const sound = (): ZipEntry => ({ name: "model/data.pkl", data: pickle.file(none) });

/** Archives that are no honest ones; more of them in archive.test.ts. */
const ARCHIVES: readonly HostileFile[] = [
  {
    name: "half a file",
    make: () => smallCheckpoint().subarray(0, 900),
    says: /cannot be read.*download it again/,
  },
  {
    name: "a wrong checksum",
    make: () => zipFile([{ ...sound(), crc: 7 }]),
    says: /entry model\/data\.pkl is damaged/,
  },
  {
    name: "a zip bomb",
    make: () => zipFile([sound(), { name: "model/data/0", data: new Uint8Array(2 ** 26), deflate: true }]),
    says: /would unpack to more than 8 times/,
  },
  {
    name: "a zip bomb in a zip bomb",
    make: () => {
      const inner = deflateRawSync(new Uint8Array(2 ** 26));
      return zipFile([sound(), { name: "model/data/0", data: inner, method: 8, size: 2 ** 26 }]);
    },
    says: /would unpack to more than 8 times/,
  },
  {
    name: "a path that leads outside",
    make: () => zipFile([sound(), { name: "model/../../.bashrc", data: new Uint8Array(1) }]),
    says: /invalid relative path/,
  },
  {
    name: "an absolute path",
    make: () => zipFile([sound(), { name: "/etc/cron.d/x", data: new Uint8Array(1) }]),
    says: /absolute path/,
  },
  { name: "two pickles of one name", make: () => zipFile([sound(), sound()]), says: /there twice/ },
  {
    name: "two pickles in two folders",
    make: () => zipFile([sound(), { name: "other/data.pkl", data: pickle.file(none) }]),
    says: /a zip archive with 2 data\.pkl/,
  },
  {
    name: "big-endian numbers",
    make: () => zipFile([sound(), { name: "model/byteorder", data: Buffer.from("big") }]),
    says: /big-endian/,
  },
];

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
const TENSORS: readonly HostileFile[] = [
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
];

/** Models that do not hold together. */
const MODELS: readonly HostileFile[] = [
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

export const HOSTILE_FILES: readonly HostileFile[] = [
  ...ATTACKS,
  ...BOMBS,
  ...ARCHIVES,
  ...TENSORS,
  ...MODELS,
];
