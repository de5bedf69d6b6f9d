import type { OperatorContext } from "../operator-context.ts";

/*
 * The runtime computes in a layout of its own, in which channels come in blocks. It keeps it through convolutions,
 * sums and Relu; anything else makes it copy the whole picture into the plain layout, and back. Hence what can be
 * said with convolutions of one pixel for each channel (depthwise) is said with them.
 */

/** Adds the activation that an operator carries in its options: the schema's ActivationFunctionType. */
export function fuseActivation(context: OperatorContext, code: number, value: string): string {
  if (code === 0) return value;
  if (code === 1) return context.graph.node("Relu", [value]);
  if (code === 3) return clipAtSix(context, value);
  return context.fail(`fused activation ${code} is not supported; supported are 0, 1 and 3`);
}

/** What a convolution gives is clipped in the convolution itself. */
export function clipAtSix({ graph }: OperatorContext, value: string): string {
  const bound = (limit: number): string => graph.floats("bound", [], Float32Array.of(limit));
  return graph.node("Clip", [value, bound(0), bound(6)]);
}

/**
 * The same for a sum, where Clip would leave the blocked layout (12 % of the pose network's time): relu(x) less
 * relu(relu(x) − 6). Exact for x ≤ 12, and as exact as x itself beyond.
 */
export function clipSumAtSix(context: OperatorContext, sum: string): string {
  const channels = blockedChannels(context);
  if (channels === null) return clipAtSix(context, sum);
  const { graph } = context;
  const all = (value: number): Float32Array => new Float32Array(channels).fill(value);
  const positive = graph.node("Relu", [sum]);
  const excess = graph.node("Relu", [scaled(context, positive, all(1), all(-6))]);
  return graph.node("Add", [scaled(context, excess, all(-1)), positive]);
}

/** x · min(6, max(0, x + 3)) / 6: x by a gate that a convolution carries as its activation. */
export function emitHardSwish(context: OperatorContext): string {
  const { graph } = context;
  const source = context.value(0);
  const channels = blockedChannels(context);
  const shifted = channels === null ? source : scaled(context, source, new Float32Array(channels).fill(1));
  const gate = graph.node("HardSigmoid", [shifted], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
  return graph.node("Mul", [source, gate]);
}

/** x where x > 0, slope·x elsewhere: with a slope of each channel, slope·x + (1 − slope)·relu(x). */
export function emitPrelu(context: OperatorContext): string {
  const { graph } = context;
  const source = context.value(0);
  const slopes = context.constantFloats(1);
  if (slopes.length !== blockedChannels(context)) {
    return graph.node("PRelu", [source, context.operand(1)]);
  }
  const rest = slopes.map((slope) => 1 - slope);
  const positive = graph.node("Relu", [source]);
  return graph.node("Add", [scaled(context, source, slopes), scaled(context, positive, rest)]);
}

/** The channels of the output where it is a picture; null for a vector, which is not worth a convolution. */
function blockedChannels(context: OperatorContext): number | null {
  const { shape } = context.output();
  const [, height = 0, width = 0, channels = 0] = shape;
  return shape.length === 4 && height * width > 1 ? channels : null;
}

/** Each channel by a factor of its own, and shifted by one. */
function scaled(
  { graph }: OperatorContext,
  value: string,
  factors: Float32Array,
  shifts?: Float32Array,
): string {
  const channels = factors.length;
  const inputs = [value, graph.floats("factors", [channels, 1, 1, 1], factors)];
  if (shifts !== undefined) inputs.push(graph.floats("shifts", [channels], shifts));
  return graph.node("Conv", inputs, { kernel_shape: { ints: [1, 1] }, group: { int: channels } });
}
