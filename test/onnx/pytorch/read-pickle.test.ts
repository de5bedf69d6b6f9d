import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readArchive } from "../../../src/onnx/pytorch/archive.ts";
import type { PickleValue } from "../../../src/onnx/pytorch/pickle/pickle-value.ts";
import { readPickle } from "../../../src/onnx/pytorch/pickle/read-pickle.ts";
import { type Code, pickle } from "./pickle-file.ts";

class Refusal extends Error {}

function read(bytes: Uint8Array): PickleValue {
  return readPickle(new Uint8Array(bytes), (fact, position) => new Refusal(`${position}: ${fact}`)).value;
}

const unpickle = (code: Code): PickleValue => read(pickle.file(code));

it.each<[string, Code, unknown]>([
  ["None", pickle.none, null],
  ["booleans", pickle.yes, true],
  ["integers of one byte", pickle.code("K\xff"), 255],
  ["integers of two bytes", pickle.code("M\x01\x02"), 513],
  ["negative integers", pickle.int(-7), -7],
  ["long integers that a number holds", pickle.code("\x8a\x02\x00\xff"), -256],
  ["long integers that no number holds", pickle.code("\x8b\x09\0\0\0", Buffer.alloc(8), "\x01"), 2n ** 64n],
  ["a long integer of no bytes", pickle.code("\x8a\0"), 0],
  ["floats", pickle.float(0.1), 0.1],
  ["text", pickle.text("Gänseblümchen 🌼"), "Gänseblümchen 🌼"],
  ["short text", pickle.code("\x8c\x02ab"), "ab"],
  ["long text", pickle.code("\x8d", pickle.uint64(2n), "ab"), "ab"],
  ["bytes", pickle.code("C\x02ab"), { kind: "bytes", bytes: Uint8Array.of(97, 98) }],
  ["bytes of older protocols", pickle.code("U\x02ab"), "ab"],
  ["empty tuples", pickle.code(")"), { kind: "tuple", items: [] }],
  ["short tuples", pickle.code("NN\x86"), { kind: "tuple", items: [null, null] }],
  ["lists", pickle.list(pickle.int(1), pickle.int(2)), { kind: "list", items: [1, 2] }],
  ["lists by mark", pickle.code("(NNl"), { kind: "list", items: [null, null] }],
  ["appended items", pickle.code("]Na"), { kind: "list", items: [null] }],
  ["sets", pickle.code("\x8f(K\x01\x90"), { kind: "set", items: [1] }],
  ["frozen sets", pickle.code("(K\x01\x91"), { kind: "set", items: [1] }],
  ["dicts by mark", pickle.code("(K\x01Nd"), { kind: "dict", entries: new Map([[1, null]]) }],
  ["single entries", pickle.code("}K\x01Ns"), { kind: "dict", entries: new Map([[1, null]]) }],
  ["duplicates", pickle.code("N2\x86"), { kind: "tuple", items: [null, null] }],
  ["dropped values", pickle.code("NK\x010"), null],
  ["values dropped to the mark", pickle.code("N(K\x01K\x021"), null],
  ["frames", pickle.code("\x95", pickle.uint64(2n), "N"), null],
  ["memo entries", pickle.code("K\x05q\x070h\x07"), 5],
  ["memo entries of large numbers", pickle.code("K\x05r\x3f\x42\x0f\x000j\x3f\x42\x0f\x00"), 5],
  ["memo entries numbered in order", pickle.code("K\x05\x94K\x06\x9400h\x01"), 6],
  ["names", pickle.global("numpy", "dtype"), { kind: "global", module: "numpy", name: "dtype" }],
  [
    "names from the stack",
    pickle.code("\x8c\x05numpy\x8c\x05dtype\x93"),
    { kind: "global", module: "numpy", name: "dtype" },
  ],
])("reads %s", (_, code, value) => {
  expect(unpickle(code)).toEqual(value);
});

it("keeps a call of anything it does not know as a note, and makes nothing of it", () => {
  const type = { kind: "global", module: "pathlib", name: "PosixPath" };
  const call = pickle.reduce(pickle.global("pathlib", "PosixPath"), pickle.text("x"));
  expect(unpickle(call)).toEqual({ kind: "object", type, args: ["x"], state: null });
  expect(unpickle(pickle.object("pathlib", "PosixPath", pickle.int(3)))).toEqual({
    kind: "object",
    type,
    args: [],
    state: 3,
  });
  const named = pickle.code(pickle.global("pathlib", "PosixPath"), ")}\x92");
  expect(unpickle(named)).toEqual({ kind: "object", type, args: [], state: null });
});

it("rebuilds the containers that checkpoints are made of", () => {
  const { reduce, global, list, tuple, text, int } = pickle;
  const pairs = list(tuple(text("a"), int(1)));
  const dict = { kind: "dict", entries: new Map([["a", 1]]) };
  expect(unpickle(reduce(global("collections", "OrderedDict"), pairs))).toEqual(dict);
  expect(unpickle(reduce(global("__builtin__", "set"), list(int(1))))).toEqual({ kind: "set", items: [1] });
  expect(unpickle(reduce(global("torch", "Size"), tuple(int(2), int(3))))).toEqual({
    kind: "tuple",
    items: [2, 3],
  });
  const tensor = pickle.tensor({ storage: pickle.storage("HalfStorage", "0", 6), size: [2, 3] });
  expect(unpickle(reduce(global("torch._utils", "_rebuild_parameter"), tensor, pickle.yes))).toMatchObject({
    kind: "tensor",
    storage: { type: "HalfStorage", key: "0", elements: 6 },
    size: [2, 3],
    stride: [3, 1],
  });
});

it("keeps circles as circles", () => {
  const circle = unpickle(pickle.code("]q\x00h\x00a"));
  expect(circle).toMatchObject({ kind: "list" });
  expect(circle).toHaveProperty("items.0", circle);
});

/** Data as Python would hold it, and what it is to become. */
const { data } = fc.letrec<{ data: [Code, unknown] }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc
      .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
      .map((value) => [pickle.int(value), value] as [Code, unknown]),
    fc.string({ unit: "grapheme" }).map((value) => [pickle.text(value), value] as [Code, unknown]),
    fc.double({ noNaN: true }).map((value) => [pickle.float(value), value] as [Code, unknown]),
    fc
      .array(tie("data"), { maxLength: 4 })
      .map(
        (items) =>
          [
            pickle.list(...items.map(([code]) => code)),
            { kind: "list", items: items.map(([, value]) => value) },
          ] as [Code, unknown],
      ),
    fc.uniqueArray(fc.tuple(fc.string(), tie("data")), { maxLength: 4, selector: ([key]) => key }).map(
      (entries) =>
        [
          pickle.dict(Object.fromEntries(entries.map(([key, [code]]) => [key, code]))),
          {
            kind: "dict",
            entries: new Map(
              Object.entries(Object.fromEntries(entries.map(([key, [, value]]) => [key, value]))),
            ),
          },
        ] as [Code, unknown],
    ),
  ),
}));

it("reads whatever is written, in every protocol", () => {
  fc.assert(
    fc.property(data, fc.integer({ min: 2, max: 5 }), ([code, value], protocol) => {
      expect(read(pickle.file(code, protocol))).toEqual(value);
    }),
    { numRuns: 100 },
  );
});

it("refuses bytes of any kind with its own error, never another", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 500 },
  );
});

it("refuses a real pickle with bytes changed with its own error, never another", async () => {
  const file = readFileSync(new URL("../../fixtures/pytorch/yolov8-detect-fused.pt", import.meta.url));
  const whole = (await readArchive(file)).get("yolov8-detect-fused/data.pkl") ?? new Uint8Array();
  expect(read(whole)).toMatchObject({ kind: "dict" });
  const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const bytes = new Uint8Array(whole);
      for (const { at, byte } of changes) bytes[at] = byte;
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 60 },
  );
});

it.each<[string, Uint8Array, RegExp]>([
  ["an older protocol", pickle.file(pickle.none, 1), /protocol 1, expected 2 to 5/],
  ["a newer protocol", pickle.file(pickle.none, 6), /protocol 6/],
  ["an unknown operation", pickle.file(pickle.code("I1\n")), /operation 0x49 is not known/],
  ["an empty stack", pickle.file(pickle.code("0")), /finds the stack empty/],
  ["values below a mark", pickle.file(pickle.code("N(0")), /finds the stack empty/],
  ["a missing mark", pickle.file(pickle.code("Nt")), /finds no mark/],
  ["an empty memo", pickle.file(pickle.code("h\x07")), /memo 7 is empty/],
  ["no end", pickle.code("\x80\x02N"), /1 bytes are announced, and 0 are left/],
  ["a name without end", pickle.file(pickle.code("cos")), /a name has no end/],
  ["a key without a value", pickle.file(pickle.code("}(Nu")), /a key without a value/],
  ["items for a number", pickle.file(pickle.code("K\x01Na")), /items for number/],
  ["entries for a list", pickle.file(pickle.code("]NNs")), /entries for list/],
  ["state for a text", pickle.file(pickle.code("\x8c\0Nb")), /state for string/],
  ["arguments that are no tuple", pickle.file(pickle.code("cm\nn\n]R")), /arguments are list/],
  ["a name made of numbers", pickle.file(pickle.code("K\x01K\x02\x93")), /global is number, number/],
  ["a persistent id of another kind", pickle.file(pickle.code("K\x01Q")), /persistent id is number/],
  ["foreign buffers", pickle.file(pickle.code("\x97")), /operation 0x97 is not known/],
  ["registered extensions", pickle.file(pickle.code("\x82\x01")), /operation 0x82 is not known/],
])("refuses %s", (_, bytes, message) => {
  expect(() => read(bytes)).toThrow(message);
});
