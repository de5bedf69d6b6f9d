import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A field by its number: a whole number, a text, bytes, or a message of further fields. */
export type Field = readonly [number: number, value: number | string | Uint8Array | readonly Field[]];

/** A protobuf message of any fields, in any order and number: also such as no writer of ONNX files makes. */
function message(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === "number") writer.tag(number, WireType.Varint).int64(value);
    else writer.tag(number, WireType.LengthDelimited).bytes(bytesOf(value));
  }
  return writer.finish();
}

function bytesOf(value: Exclude<Field[1], number>): Uint8Array {
  if (typeof value === "string") return new TextEncoder().encode(value);
  return value instanceof Uint8Array ? value : message(value);
}

/* The parts of an ONNX file (field numbers of the public onnx.proto). */

const FLOAT = 1;

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...more: Field[]
): Field {
  const names = (number: number, all: readonly string[]) => all.map((name): Field => [number, name]);
  return [1, [...names(1, inputs), ...names(2, outputs), [4, op], ...more]];
}

/** A message of the TensorProto, to be given a number: 5 within a graph and within an attribute. */
export function tensor(name: string, dims: readonly number[], ...more: Field[]): Field {
  return [5, [...dims.map((size): Field => [1, size]), [2, FLOAT], [8, name], ...more]];
}

/** @param number 11 for an input of the graph, 12 for an output */
export function value(number: 11 | 12, name: string, dims: readonly number[], type = FLOAT): Field {
  const shape = dims.map((size): Field => [1, [[1, size]]]);
  return [
    number,
    [
      [1, name],
      [
        2,
        [
          [
            1,
            [
              [1, type],
              [2, shape],
            ],
          ],
        ],
      ],
    ],
  ];
}

export interface OnnxParts {
  readonly graph?: readonly Field[];
  /** Fields of the graph as bytes; for a great many of them. */
  readonly graphBytes?: Uint8Array;
  readonly file?: readonly Field[];
  readonly input?: readonly number[];
  /** What is added to the zeros of its answer, unless the graph computes it. */
  readonly more?: number;
}

/** One field again and again. */
export function repeated(field: Field, times: number): Uint8Array {
  const once = message([field]);
  return Buffer.alloc(times * once.length, once);
}

/** Little-endian floats. */
export function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/**
 * A network with the inputs and outputs of a YOLO that finds nothing in 64 × 64 pixels, and whatever more is given. Its answer
 * is zeros and `more`, which is a number that the graph may compute: without a node that does, one is there.
 */
export function onnxFile({
  graph = [],
  graphBytes,
  file = [],
  input = [1, 3, 64, 64],
  more = 0,
}: OnnxParts = {}): Uint8Array {
  const computesMore = graph.some(
    ([, part]) => Array.isArray(part) && part.some(([number, name]) => number === 2 && name === "more"),
  );
  const fields: Field[] = [
    [2, "small"],
    ...graph,
    ...(computesMore ? [] : [tensor("more", [], [9, floats(more)])]),
    node(
      "ReduceMean",
      ["images"],
      ["mean"],
      [
        5,
        [
          [1, "keepdims"],
          [3, 0],
          [20, 2],
        ],
      ],
    ),
    tensor("nothing", [], [9, floats(0)]),
    node("Mul", ["mean", "nothing"], ["zero"]),
    tensor("zeros", [1, 5, 84], [9, new Uint8Array(4 * 5 * 84)]),
    node("Add", ["zeros", "zero"], ["still"]),
    node("Add", ["still", "more"], ["output0"]),
    value(11, "images", input),
    value(12, "output0", [1, 5, 84]),
  ];
  return message([
    [1, 8],
    [7, Buffer.concat([message(fields), graphBytes ?? new Uint8Array()])],
    [
      8,
      [
        [1, ""],
        [2, 17],
      ],
    ],
    ...file,
  ]);
}
