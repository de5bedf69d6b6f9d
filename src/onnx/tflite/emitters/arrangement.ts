import { NCHW_TO_NHWC, NHWC_TO_NCHW, onnxAxis, onnxShape } from "../layout.ts";
import type { OperatorContext } from "../operator-context.ts";
import { fuseActivation } from "./activation.ts";

/** The elements keep TFLite's order, so a picture is turned back to NHWC before and to NCHW after. */
export function emitReshape(context: OperatorContext): string {
  const { shape } = context.output();
  const from = context.tensor(0).shape;
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  if (count(from) !== count(shape)) context.fail(`[${from}] cannot be reshaped to [${shape}]`);
  const { graph } = context;
  const source = context.value(0);
  const flat =
    from.length === 4 ? graph.node("Transpose", [source], { perm: { ints: NCHW_TO_NHWC } }) : source;
  const shaped = graph.node("Reshape", [flat, graph.ints("shape", shape)]);
  return shape.length === 4 ? graph.node("Transpose", [shaped], { perm: { ints: NHWC_TO_NCHW } }) : shaped;
}

/** ConcatenationOptions: axis 0, activation 1. */
export function emitConcatenation(context: OperatorContext): string {
  const options = context.options();
  const inputs = context.operator.inputs.map((_, input) => context.value(input));
  const axis = onnxAxis(options.int32(0), context.output().shape.length);
  return fuseActivation(
    context,
    options.int8(1),
    context.graph.node("Concat", inputs, { axis: { int: axis } }),
  );
}

/** Zeros around; input 1 holds a [before, after] pair for each axis. */
export function emitPad(context: OperatorContext): string {
  const rank = context.tensor(0).shape.length;
  const pairs = context.constantInts(1);
  if (pairs.length !== 2 * rank || pairs.some((size) => size < 0)) {
    context.fail(`expected ${2 * rank} pads of at least 0, got [${pairs}]`);
  }
  const pads = new Array<number>(2 * rank).fill(0);
  for (let axis = 0; axis < rank; axis++) {
    const target = onnxAxis(axis, rank);
    pads[target] = pairs[2 * axis] ?? 0;
    pads[target + rank] = pairs[2 * axis + 1] ?? 0;
  }
  return context.graph.node("Pad", [context.value(0), context.graph.ints("pads", pads)]);
}

/** DepthToSpaceOptions: block size 0. TensorFlow takes depth, row, column from the outside in: ONNX's DCR. */
export function emitDepthToSpace(context: OperatorContext): string {
  const block = context.options().int32(0);
  const channels = context.tensor(0).shape[3] ?? 0;
  if (block < 1 || channels % (block * block) !== 0) {
    context.fail(`${channels} channels cannot be spread over blocks of ${block}×${block}`);
  }
  return context.graph.node("DepthToSpace", [context.value(0)], {
    blocksize: { int: block },
    mode: { string: "DCR" },
  });
}

/** ResizeBilinearOptions: align corners 2, half pixel centres 3; the size is the output's. */
export function emitResizeBilinear(context: OperatorContext): string {
  const options = context.options();
  const plain = options.boolean(2) ? "align_corners" : "asymmetric";
  const sizes = context.graph.ints("sizes", onnxShape(context.output().shape));
  return context.graph.node("Resize", [context.value(0), "", "", sizes], {
    mode: { string: "linear" },
    coordinate_transformation_mode: { string: options.boolean(3) ? "half_pixel" : plain },
  });
}
