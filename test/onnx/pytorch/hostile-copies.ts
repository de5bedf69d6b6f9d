import { checkpointFile, smallCheckpoint } from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { type Code, pickle } from "./pickle-file.ts";

const { code, int, text, tuple, global } = pickle;

const file = (value: Code): Uint8Array => checkpointFile(value, { entries: [] });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** `count` items in the list on top of the stack, in batches that the stack has room for. */
function appended(count: number, item: string): Code {
  const batch = 9_000;
  return code(...numbers(count / batch).map(() => code("(", Buffer.from(item.repeat(batch), "latin1"), "e")));
}

/** Calls the name a thousand times with one and the same argument, each time for a copy that is kept. */
function copiedThousandfold(module: string, name: string, argument: Code): Uint8Array {
  const calls = Buffer.from("h\x01h\x00\x85Ra".repeat(1_000), "latin1");
  return file(code(global(module, name), "q\x010", argument, "q\x000]", calls));
}

const longList = (): Code => code("]", appended(90_000, "N"));
/** Keys of 16 bytes whose last 8 are the same: tables of JavaScript and of Python alike hash them alike. */
const collidingKeys = (count: number): Code[] =>
  numbers(count).map((index) => code("\x8a\x10", pickle.uint64(5n), pickle.uint64(BigInt(index + 1)), "N"));

/** Pickles that have little copied, looked at or hashed so often that it wants all memory or all time. */
export const COPIES: readonly HostileFile[] = [
  ...["set", "frozenset"].map((name) => ({
    name: `a thousand copies of one list as ${name}`,
    make: () => copiedThousandfold("builtins", name, longList()),
    says: /its calls copy more than 1000000 items/,
  })),
  {
    name: "a thousand copies of one set of Python 2",
    make: () => copiedThousandfold("__builtin__", "set", longList()),
    says: /its calls copy more than 1000000 items/,
  },
  {
    name: "a thousand copies of one dict",
    make: () => {
      const entries = numbers(20).map((batch) =>
        code("(", ...numbers(1_000).map((index) => code(text(`${batch}.${index}`), "N")), "u"),
      );
      return copiedThousandfold("builtins", "dict", code("}", ...entries));
    },
    says: /its calls copy more than 1000000 items/,
  },
  {
    name: "a thousand ordered dicts of one list of pairs",
    make: () => {
      const pair = code(tuple(text("k"), int(1)), "q\x020");
      return copiedThousandfold("collections", "OrderedDict", code(pair, "]", appended(90_000, "h\x02")));
    },
    says: /its calls copy more than 1000000 items/,
  },
  {
    name: "a thousand tensors whose sizes are one long tuple",
    make: () => {
      const calls = Buffer.from("h\x01h\x02K\x00h\x00h\x00tR0".replace("h\x02", "(h\x02"), "latin1");
      const storage = code(pickle.storage("FloatStorage", "w", 1), "q\x020");
      const sizes = code("(", Buffer.from("K\x01".repeat(9_000), "latin1"), "tq\x000");
      const rebuild = code(global("torch._utils", "_rebuild_tensor_v2"), "q\x010");
      return file(code(storage, sizes, rebuild, ...numbers(1_000).map(() => calls)));
    },
    says: /a tensor has 9000 sizes/,
  },
  {
    name: "a hundred thousand keys that collide",
    make: () => file(code("}", ...numbers(100).map(() => code("(", ...collidingKeys(1_000), "u")))),
    says: /more than 30000 keys that are numbers/,
  },
  {
    name: "a hundred thousand entries that are all one dict of a hundred thousand",
    make: () => {
      const keys = (value: string): Code[] =>
        numbers(25).map((batch) =>
          code("(", ...numbers(4_000).map((index) => code(text(`${batch}.${index}`), value)), "u"),
        );
      return file(code("}", ...keys("N"), "q\x000}", ...keys("h\x00")));
    },
    says: /a checkpoint without a model: dict/,
  },
  {
    name: "a thousand classes with one name of a megabyte",
    make: () => {
      const name = code(text("n".repeat(2 ** 20)), "q\x010");
      return smallCheckpoint({
        model: { attributes: { names: code(name, "}", "(", int(0), "h\x01", int(1), "h\x01", "u") } },
      });
    },
    says: /name of class 0 has 1048576 characters, expected 500 at most/,
  },
  {
    name: "a layer with a hundred thousand parts",
    make: () => {
      const part = code(global("torch.nn.modules.linear", "Identity"), ")\x81}bq\x010");
      const parts = numbers(25).map((batch) =>
        code("(", ...numbers(4_000).map((index) => code(text(`${batch}.${index}`), "h\x01")), "u"),
      );
      const state = code(part, "}(", text("f"), int(-1), text("_modules"), "}", ...parts, "u");
      const wide = code(global("torch.nn.modules.container", "Sequential"), ")\x81", state, "b");
      return smallCheckpoint({ layers: { wide } });
    },
    says: /has 100000 parts, expected 5000 at most/,
  },
];
