import { transpose } from "../../transpose.ts";
import type { Attribute } from "../../writer/graph.ts";
import type { OperatorContext } from "../operator-context.ts";
import { type Padding, samePadding } from "../padding.ts";
import { fuseActivation } from "./activation.ts";

const SAME = 0;
const OHWI_TO_OIHW = [0, 3, 1, 2] as const;
const OHWI_TO_IOHW = [3, 0, 1, 2] as const;
/** Depthwise weights are 1×height×width×outputs; ONNX wants outputs×1×height×width. */
const IHWO_TO_OIHW = [3, 0, 1, 2] as const;

/** Conv2DOptions: padding 0, stride w 1, h 2, activation 3, dilation w 4, h 5. */
export function emitConvolution(context: OperatorContext): string {
  const options = context.options();
  const { shape } = context.tensor(1);
  const weights = transpose(context.constantFloats(1), shape, OHWI_TO_OIHW);
  const [outputs = 0, height = 0, width = 0, channels = 0] = shape;
  if (channels === 0 || (context.tensor(0).shape[3] ?? 0) !== channels) {
    context.fail(`weights for ${channels} channels do not fit an input of ${context.tensor(0).shape[3]}`);
  }
  const name = context.graph.floats("weights", [outputs, channels, height, width], weights);
  const attributes = windowAttributes(context, [height, width], [options.int32(5, 1), options.int32(4, 1)]);
  return fuseActivation(context, options.int8(3), convolve(context, name, attributes));
}

/** DepthwiseConv2DOptions: padding 0, stride w 1, h 2, multiplier 3, activation 4, dilation w 5, h 6. */
export function emitDepthwiseConvolution(context: OperatorContext): string {
  const options = context.options();
  const { shape } = context.tensor(1);
  const weights = transpose(context.constantFloats(1), shape, IHWO_TO_OIHW);
  const [, height = 0, width = 0, outputs = 0] = shape;
  const channels = context.tensor(0).shape[3] ?? 0;
  if (channels === 0 || outputs % channels !== 0) {
    context.fail(`${outputs} depthwise filters do not fit an input of ${channels} channels`);
  }
  const name = context.graph.floats("weights", [outputs, 1, height, width], weights);
  const attributes = windowAttributes(context, [height, width], [options.int32(6, 1), options.int32(5, 1)]);
  return fuseActivation(
    context,
    options.int8(4),
    convolve(context, name, { ...attributes, group: { int: channels } }),
  );
}

function convolve(
  context: OperatorContext,
  weights: string,
  attributes: Readonly<Record<string, Attribute>>,
): string {
  const inputs = [context.value(0), weights];
  if (context.has(2)) {
    const bias = context.constantFloats(2);
    inputs.push(context.graph.floats("bias", [bias.length], bias));
  }
  return context.graph.node("Conv", inputs, attributes);
}

/**
 * MediaPipe's Convolution2DTransposeBias. Its options are TensorFlow Lite's TfLiteTransposeConvParams as they lie in
 * memory: padding (1 same, 2 valid), stride w, stride h, each as an int32. Weights are outputs×height×width×inputs.
 * What SAME cuts off follows MediaPipe's kernel, which is not TensorFlow's where the size is no multiple of the stride.
 */
export function emitTransposedConvolution(context: OperatorContext): string {
  const { customOptions: bytes } = context.operator;
  if (bytes.length !== 12) context.fail(`expected options of 12 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [padding = 0, across = 0, down = 0] = [0, 4, 8].map((at) => view.getInt32(at, true));
  const { shape } = context.tensor(1);
  const [outputs = 0, height = 0, width = 0, channels = 0] = shape;
  const [, inHeight = 0, inWidth = 0, inChannels = 0] = context.tensor(0).shape;
  if (channels === 0 || inChannels !== channels || ![1, 2].includes(padding) || across < 1 || down < 1) {
    context.fail(`weights [${shape}], padding ${padding}, strides ${down}, ${across} do not fit its input`);
  }
  const cut = (size: number, kernel: number, stride: number): Padding => {
    const total = padding === 1 ? Math.max(0, kernel - ((size - 1) % stride) - 1) : 0;
    return [total >> 1, total - (total >> 1)];
  };
  const [vertical, horizontal] = [cut(inHeight, height, down), cut(inWidth, width, across)];
  const made = (size: number, kernel: number, stride: number, [before, after]: Padding): number =>
    (size - 1) * stride + kernel - before - after;
  const expected = [
    1,
    made(inHeight, height, down, vertical),
    made(inWidth, width, across, horizontal),
    outputs,
  ];
  if (expected.join() !== context.output().shape.join()) {
    context.fail(`expected an output of [${expected}], got [${context.output().shape}]`);
  }
  const { graph } = context;
  const weights = transpose(context.constantFloats(1), shape, OHWI_TO_IOHW);
  const operands = [
    context.value(0),
    graph.floats("weights", [channels, outputs, height, width], weights),
    graph.floats("bias", [outputs], context.constantFloats(2)),
  ];
  return graph.node("ConvTranspose", operands, {
    kernel_shape: { ints: [height, width] },
    strides: { ints: [down, across] },
    pads: { ints: [vertical[0], horizontal[0], vertical[1], horizontal[1]] },
  });
}

/** Pool2DOptions: padding 0, stride w 1, h 2, filter w 3, h 4, activation 5; averages leave padding out. */
export function emitPool(context: OperatorContext, op: "MaxPool" | "AveragePool"): string {
  const options = context.options();
  const kernel = [options.int32(4), options.int32(3)] as const;
  const { dilations: _none, ...attributes } = windowAttributes(context, kernel, [1, 1]);
  return fuseActivation(context, options.int8(5), context.graph.node(op, [context.value(0)], attributes));
}

/** Kernel, strides, dilations and explicit pads; all pairs are height, width. */
function windowAttributes(
  context: OperatorContext,
  kernel: readonly [number, number],
  dilations: readonly [number, number],
): Record<"kernel_shape" | "strides" | "dilations" | "pads", Attribute> {
  const options = context.options();
  const strides: readonly [number, number] = [options.int32(2), options.int32(1)];
  if ([...kernel, ...strides, ...dilations].some((size) => size < 1)) {
    context.fail(`kernel ${kernel}, strides ${strides} and dilations ${dilations} must be at least 1`);
  }
  const [, height = 1, width = 1] = context.tensor(0).shape;
  const none: Padding = [0, 0];
  const same = options.int8(0) === SAME;
  const vertical = same ? samePadding(height, kernel[0], strides[0], dilations[0]) : none;
  const horizontal = same ? samePadding(width, kernel[1], strides[1], dilations[1]) : none;
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: [vertical[0], horizontal[0], vertical[1], horizontal[1]] },
  };
}
