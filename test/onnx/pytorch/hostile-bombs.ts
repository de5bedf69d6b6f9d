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

const { code, int, text, dict, global } = pickle;

const file = (value: Code): Uint8Array => checkpointFile(value, { entries: [] });

const repeated = (part: string, times: number): Code => Buffer.from(part.repeat(times), "latin1");

/** Pickles that want all memory or all time. */
export const BOMBS: readonly HostileFile[] = [
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
    make: () => file(code("Nr\xff\xff\xff\xff0")),
    says: /memo 4294967295, expected less than 1000000/,
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
