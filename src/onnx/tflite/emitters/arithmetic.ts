import { onnxAxis, onnxShape } from "../layout.ts";
import type { OperatorContext } from "../operator-context.ts";
import { clipSumAtSix, fuseActivation } from "./activation.ts";

const RELU6 = 3;

/** AddOptions: activation 0. */
export function emitAdd(context: OperatorContext): string {
  const sum = context.graph.node("Add", [context.operand(0), context.operand(1)]);
  const activation = context.options().int8(0);
  return activation === RELU6 ? clipSumAtSix(context, sum) : fuseActivation(context, activation, sum);
}

/** MulOptions: activation 0. */
export function emitMultiply(context: OperatorContext): string {
  const product = context.graph.node("Mul", [spread(context, 0), spread(context, 1)]);
  return fuseActivation(context, context.options().int8(0), product);
}

/**
 * A computed factor of each channel is repeated for each pixel: that keeps the blocked layout, which the runtime knows
 * for factors of pictures alone.
 */
function spread(context: OperatorContext, input: number): string {
  const { shape, data } = context.tensor(input);
  const [batch, height = 0, width = 0, channels] = context.output().shape;
  const isFactor = shape.length === 4 && shape[1] === 1 && shape[2] === 1 && shape[3] === channels;
  if (data !== null || !isFactor || batch !== 1 || height * width === 1) return context.operand(input);
  const sizes = context.graph.ints("sizes", onnxShape(context.output().shape));
  return context.graph.node("Resize", [context.operand(input), "", "", sizes], {
    mode: { string: "nearest" },
    coordinate_transformation_mode: { string: "asymmetric" },
    nearest_mode: { string: "floor" },
  });
}

/** ReducerOptions: keep dimensions 0; input 1 holds the axes. */
export function emitMean(context: OperatorContext): string {
  const { graph } = context;
  const rank = context.tensor(0).shape.length;
  const axes = context.constantInts(1).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.some((axis) => axis < 0 || axis >= rank)) context.fail(`axes [${axes}] of ${rank} dimensions`);
  const keep = context.options().boolean(0);
  const left = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const places = left.map((axis) => onnxAxis(axis, rank));
  // Dropping axes keeps the order of the others: where that is not TFLite's, the picture is turned back first.
  const sameOrder = keep || places.every((place, index) => place >= (places[index - 1] ?? 0));
  const reduced = sameOrder ? axes.map((axis) => onnxAxis(axis, rank)) : axes;
  return graph.node("ReduceMean", [sameOrder ? context.value(0) : context.valueInOrder(0)], {
    axes: { ints: reduced },
    keepdims: { int: keep ? 1 : 0 },
  });
}

/** FullyConnectedOptions: activation 0, format of the weights 1; weights are outputs × inputs. */
export function emitFullyConnected(context: OperatorContext): string {
  const { graph } = context;
  const options = context.options();
  if (options.int8(1) !== 0) context.fail(`weights in format ${options.int8(1)} are not supported`);
  const { shape } = context.tensor(1);
  const [outputs = 0, inputs = 0] = shape;
  const elements = context.tensor(0).shape.reduce((product, size) => product * size, 1);
  if (shape.length !== 2 || elements % inputs !== 0) {
    context.fail(`weights of [${shape}] do not fit an input of [${context.tensor(0).shape}]`);
  }
  const rows = graph.node("Reshape", [
    context.valueInOrder(0),
    graph.ints("shape", [elements / inputs, inputs]),
  ]);
  const operands = [rows, graph.floats("weights", [outputs, inputs], context.constantFloats(1))];
  if (context.has(2)) operands.push(graph.floats("bias", [outputs], context.constantFloats(2)));
  const product = graph.node("Gemm", operands, { transB: { int: 1 } });
  return fuseActivation(context, options.int8(0), context.asOutput(product));
}
