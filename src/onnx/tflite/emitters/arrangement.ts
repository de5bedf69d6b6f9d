import { BLOCK } from "../block.ts";
import { onnxAxis, onnxShape } from "../layout.ts";
import type { OperatorContext } from "../operator-context.ts";
import { fuseActivation } from "./activation.ts";

/** The elements keep TFLite's order, so a picture is turned back to NHWC before and to NCHW after. */
export function emitReshape(context: OperatorContext): string {
  const { shape } = context.output();
  const from = context.tensor(0).shape;
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  if (count(from) !== count(shape)) context.fail(`[${from}] cannot be reshaped to [${shape}]`);
  return context.asOutput(context.valueInOrder(0));
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
  const { shape } = context.tensor(0);
  const rank = shape.length;
  const pairs = context.constantInts(1);
  if (pairs.length !== 2 * rank || pairs.some((size) => size < 0)) {
    context.fail(`expected ${2 * rank} pads of at least 0, got [${pairs}]`);
  }
  if (pairs.every((size) => size === 0)) return context.value(0);
  const [channels = 0, more = 0] = [shape[3], pairs[7]];
  const onlyChannels = rank === 4 && pairs.slice(0, 7).every((size) => size === 0);
  if (onlyChannels && channels % BLOCK === 0 && more % BLOCK === 0) return addBlocks(context, channels, more);
  const pads = new Array<number>(2 * rank).fill(0);
  for (let axis = 0; axis < rank; axis++) {
    const target = onnxAxis(axis, rank);
    pads[target] = pairs[2 * axis] ?? 0;
    pads[target + rank] = pairs[2 * axis + 1] ?? 0;
  }
  return context.graph.node("Pad", [context.value(0), context.graph.ints("pads", pads)]);
}

/** Each channel as it is, and channels of zeros behind them, by a convolution: Pad would leave the blocked layout. */
function addBlocks(context: OperatorContext, channels: number, more: number): string {
  const { graph } = context;
  const weights = new Float32Array((channels + more) * channels);
  for (let channel = 0; channel < channels; channel++) weights[channel * channels + channel] = 1;
  const name = graph.floats("identity", [channels + more, channels, 1, 1], weights);
  return graph.node("Conv", [context.value(0), name], { kernel_shape: { ints: [1, 1] } });
}

/** StridedSliceOptions: begin mask 0, end mask 1, ellipsis 2, new axes 3, shrunk axes 4; inputs begin, end, strides. */
export function emitStridedSlice(context: OperatorContext): string {
  const options = context.options();
  const { shape } = context.tensor(0);
  const [begin, end, strides] = [context.constantInts(1), context.constantInts(2), context.constantInts(3)];
  if ([2, 3, 4].some((mask) => options.int32(mask) !== 0)) {
    context.fail("only slices that keep their dimensions are supported");
  }
  if (
    [begin, end, strides].some((sizes) => sizes.length !== shape.length) ||
    strides.some((size) => size < 1)
  ) {
    context.fail(`begin [${begin}], end [${end}], strides [${strides}] do not fit [${shape}]`);
  }
  const masked = (mask: number, axis: number): boolean => ((options.int32(mask) >> axis) & 1) === 1;
  const starts = begin.map((place, axis) => (masked(0, axis) ? 0 : place));
  const ends = end.map((place, axis) => (masked(1, axis) ? (shape[axis] ?? 0) : place));
  const axes = shape.map((_, axis) => onnxAxis(axis, shape.length));
  const { graph } = context;
  const numbers = [starts, ends, axes, strides].map((values) => graph.ints("slice", values));
  return graph.node("Slice", [context.value(0), ...numbers]);
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
