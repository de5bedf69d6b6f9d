import { encodeGraph, encodeMetadata } from "../../../src/onnx/writer/encode-graph.ts";
import { createGraphBuilder } from "../../../src/onnx/writer/graph-builder.ts";

/** Sides, in pixels of the input, of the spots that score highest, and of the boxes around them. */
export const SPOT = 8;
export const SPOT_BOX = 12;

export interface SpotNetworkOptions {
  /** A number for a fixed square input, "dynamic" for any multiple of 8. */
  readonly side?: number | "dynamic";
  readonly segments?: boolean;
  /** Written as metadata_props, as exporters do. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A network with the inputs and outputs of YOLOv8 that finds red, green and blue spots: for every eighth pixel the
 * mass of each colour within 24 pixels is the score, its centre the box's centre. Prototypes: the mean of what is
 * bright at a quarter of the size, and ones.
 */
export function makeSpotNetwork({ side = 64, segments = false, metadata = {} }: SpotNetworkOptions = {}) {
  const graph = createGraphBuilder("spots");
  const dynamic = side === "dynamic";
  const [height, width] = dynamic ? ["height", "width"] : [side, side];
  const image = graph.input("images", "float32", [1, 3, height, width]);
  const number = (value: number) => graph.floats("number", [1], Float32Array.of(value));
  const times = (a: string, b: string) => graph.node("Mul", [a, b]);
  const pool = (from: string, kernel: number, stride: number) =>
    graph.node("AveragePool", [from], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: Array.from({ length: 4 }, () => (kernel - stride) / 2) },
      count_include_pad: { int: 1 },
    });
  const inRow = (from: string) => graph.node("Reshape", [from, graph.ints("row", [1, 1, -1])]);

  const bright = graph.node("Relu", [times(graph.node("Sub", [image, number(0.5)]), number(2))]);
  const grey = graph.node("ReduceMean", [bright], { axes: { ints: [1] } });
  const ones = graph.node("Add", [times(grey, number(0)), number(1)]);
  const centres = (axis: number) =>
    graph.node("Sub", [graph.node("CumSum", [ones, graph.ints("axis", [axis])]), number(0.5)]);
  const mass = pool(grey, 24, 8);
  const safeMass = graph.node("Max", [mass, number(1e-6)]);
  const centreOf = (axis: number) =>
    inRow(graph.node("Div", [pool(times(grey, centres(axis)), 24, 8), safeMass]));
  const constant = (value: number) => inRow(graph.node("Add", [times(mass, number(0)), number(value)]));
  const share = (SPOT / 24) ** 2;
  const scores = graph.node("Min", [times(pool(bright, 24, 8), number(1 / share)), number(0.95)]);
  const rows = [
    centreOf(3),
    centreOf(2),
    constant(SPOT_BOX),
    constant(SPOT_BOX),
    graph.node("Reshape", [scores, graph.ints("rows", [1, 3, -1])]),
  ];
  if (segments) rows.push(constant(30), constant(-5));
  const columns = dynamic ? "columns" : (side / 8) ** 2;
  const answer = graph.node("Concat", rows, { axis: { int: 1 } });
  graph.output("output0", answer, "float32", [1, segments ? 9 : 7, columns]);
  if (segments) {
    const prototypes = graph.node("Concat", [pool(grey, 4, 4), pool(ones, 4, 4)], { axis: { int: 1 } });
    const quarter = dynamic ? ["mask_height", "mask_width"] : [side / 4, side / 4];
    graph.output("output1", prototypes, "float32", [1, 2, ...quarter]);
  }
  const entries = Object.entries(metadata).map(([key, value]) => encodeMetadata(key, value));
  return Buffer.concat([encodeGraph(graph.build()), ...entries]);
}
