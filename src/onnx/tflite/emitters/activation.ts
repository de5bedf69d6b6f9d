import type { OperatorContext } from "../operator-context.ts";

/** Adds the activation that an operator carries in its options: the schema's ActivationFunctionType. */
export function fuseActivation(context: OperatorContext, code: number, value: string): string {
  if (code === 0) return value;
  if (code === 1) return context.graph.node("Relu", [value]);
  if (code === 3) return clipAtSix(context, value);
  return context.fail(`fused activation ${code} is not supported; supported are 0, 1 and 3`);
}

export function clipAtSix({ graph }: OperatorContext, value: string): string {
  const bound = (limit: number): string => graph.floats("bound", [], Float32Array.of(limit));
  return graph.node("Clip", [value, bound(0), bound(6)]);
}

/**
 * x where x > 0, slope·x elsewhere. The runtime's PRelu knows no blocked layout, so the picture would be copied into
 * another one and back: for a slope of each channel it is written as slope·x + (1 − slope)·relu(x), both products as
 * depthwise convolutions of one pixel.
 */
export function emitPrelu(context: OperatorContext): string {
  const { graph } = context;
  const source = context.value(0);
  const [, height = 0, width = 0, channels = 0] = context.output().shape;
  const slopes = context.constantFloats(1);
  const perChannel = context.output().shape.length === 4 && slopes.length === channels;
  // A vector of numbers is not worth two convolutions.
  if (!perChannel || height * width === 1) return graph.node("PRelu", [source, context.operand(1)]);
  const scaled = (value: string, factors: Float32Array): string =>
    graph.node("Conv", [value, graph.floats("factors", [channels, 1, 1, 1], factors)], {
      kernel_shape: { ints: [1, 1] },
      group: { int: channels },
    });
  const rest = slopes.map((slope) => 1 - slope);
  return graph.node("Add", [scaled(source, slopes), scaled(graph.node("Relu", [source]), rest)]);
}
