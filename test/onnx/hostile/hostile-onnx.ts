import { type Field, floats, node, onnxFile, repeated, tensor, value } from "../onnx-message.ts";

export interface HostileOnnx {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly says: RegExp;
}

const MILLION = 1_000_000;

const external = (location: string, ...more: Field[]): Uint8Array =>
  onnxFile({
    graph: [
      tensor(
        "w",
        [10],
        [
          13,
          [
            [1, "location"],
            [2, location],
          ],
        ],
        ...more,
      ),
      node("ReduceMean", ["w"], ["more"]),
    ],
  });

/** An attribute that holds a graph. */
const branch = (name: string, ...graph: Field[]): Field => [
  5,
  [
    [1, name],
    [6, graph],
    [20, 5],
  ],
];

function nested(depth: number): Field[] {
  let graph: Field[] = [value(12, "deep", [])];
  for (let level = 0; level < depth; level++)
    graph = [node("If", ["yes"], ["deep"], branch("then_branch", ...graph))];
  return graph;
}

/** ONNX files that must be refused by what they say, before the runtime reads them. */
export const HOSTILE_ONNX: readonly HostileOnnx[] = [
  {
    name: "weights in a file of the machine's",
    make: () => external("/etc/passwd", [14, 1]),
    says: /weights "w" lie in another file, which is never read/,
  },
  {
    name: "weights in a file above its folder",
    make: () => external("../../.ssh/id_rsa", [14, 1]),
    says: /weights "w" lie in another file/,
  },
  {
    name: "weights that have a place elsewhere and do not say so",
    make: () => external("beside.bin"),
    says: /weights "w" lie in another file/,
  },
  {
    name: "weights of forty gigabytes in no bytes",
    make: () => onnxFile({ graph: [tensor("w", [100_000, 100_000])] }),
    says: /weights "w" are said to be more numbers than the file holds/,
  },
  {
    name: "sizes that overflow to something small",
    make: () => onnxFile({ graph: [tensor("w", [2 ** 32, 2 ** 32], [9, floats(0)])] }),
    says: /more numbers than the file holds/,
  },
  {
    name: "a negative size",
    make: () => onnxFile({ graph: [tensor("w", [-4, -1], [9, floats(0, 0, 0, 0)])] }),
    says: /more numbers than the file holds/,
  },
  {
    name: "a constant that stands twice, so that its sizes multiply",
    make: () => {
      const half = (): Field => tensor("", [30_000], [9, new Uint8Array(120_000)]);
      return onnxFile({ graph: [node("Constant", [], ["c"], [5, [[1, "value"], half(), half(), [20, 4]]])] });
    },
    says: /more numbers than the file holds/,
  },
  {
    name: "too much promised by a constant within a branch",
    make: () => {
      const vast = node("Constant", [], ["c"], [5, [[1, "value"], tensor("", [MILLION, MILLION]), [20, 4]]]);
      return onnxFile({ graph: [node("If", ["yes"], ["c"], branch("else_branch", vast))] });
    },
    says: /more numbers than the file holds/,
  },
  {
    name: "three billion zeros as one number",
    make: () => onnxFile({ graph: [[15, [tensor("w", [1]), [3, 100_000], [3, 30_000]]]] }),
    says: /got sparse ones/,
  },
  {
    name: "a constant of three billion zeros",
    make: () =>
      onnxFile({
        graph: [
          node(
            "Constant",
            [],
            ["c"],
            [
              5,
              [
                [1, "sparse_value"],
                [22, [[3, 3e9]]],
                [20, 11],
              ],
            ],
          ),
        ],
      }),
    says: /got sparse ones/,
  },
  {
    name: "functions that call one another",
    make: () =>
      onnxFile({ file: [[25, [[1, "f1"], node("f0", ["x"], ["y"], [7, "local"]), [10, "local"]]]] }),
    says: /got functions of its own/,
  },
  {
    name: "an operator of somebody's library",
    make: () => onnxFile({ graph: [node("Run", ["images"], ["c"], [7, "evil.example"])] }),
    says: /got evil\.example\.Run/,
  },
  {
    name: "an operator of somebody's library within a branch",
    make: () => {
      const run = node("Run", ["images"], ["c"], [7, "evil.example"]);
      return onnxFile({ graph: [node("If", ["yes"], ["c"], branch("then_branch", run))] });
    },
    says: /got evil\.example\.Run/,
  },
  {
    name: "branches three hundred deep",
    make: () => onnxFile({ graph: nested(300) }),
    says: /branches lie more than 8 deep/,
  },
  {
    name: "a million outputs",
    make: () => onnxFile({ graphBytes: repeated(value(12, "o", [1]), MILLION) }),
    says: /expected 1000 outputs at most/,
  },
  {
    name: "a million inputs",
    make: () => onnxFile({ graphBytes: repeated(value(11, "i", [1]), MILLION) }),
    says: /expected 100000 inputs at most/,
  },
  {
    name: "a hundred thousand operators",
    make: () => onnxFile({ graphBytes: repeated(node("Relu", ["a"], ["b"]), 100_000) }),
    says: /expected 50000 operators at most/,
  },
  {
    name: "five million parts that say nothing",
    make: () => Buffer.concat([onnxFile(), Buffer.alloc(10 * MILLION, Uint8Array.of(5 << 3, 0))]),
    says: /a file of more than 4000000 parts/,
  },
  {
    name: "pictures of 100,000 × 100,000 pixels",
    make: () => onnxFile({ input: [1, 3, 100_000, 100_000] }),
    says: /input images is \[1, 3, 100000, 100000\]: expected sizes from 1 on/,
  },
  {
    name: "pictures of no pixels",
    make: () => onnxFile({ input: [1, 3, 0, 64] }),
    says: /input images is \[1, 3, 0, 64\]: expected sizes from 1 on/,
  },
  {
    name: "pictures of any size that it was trained at 8192 × 8192 for",
    make: () =>
      onnxFile({
        input: [1, 3, -1, -1],
        file: [
          [
            14,
            [
              [1, "imgsz"],
              [2, "[8192, 8192]"],
            ],
          ],
        ],
      }),
    says: /an input of 8192 × 8192/,
  },
  {
    name: "a label of half a megabyte",
    make: () =>
      onnxFile({
        file: [
          [
            14,
            [
              [1, "names"],
              [2, `{0: '${"a".repeat(500_000)}'}`],
            ],
          ],
        ],
      }),
    says: /expected labels of 500 characters at most/,
  },
  {
    name: "no network at all",
    make: () => onnxFile().subarray(0, 2),
    says: /expected an ONNX file, got 2 bytes that are none/,
  },
];
