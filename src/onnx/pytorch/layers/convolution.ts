import type { ModuleRecord } from "../module-record.ts";
import { type EmitLayer, type LayerContext, onlyInput } from "./layer-context.ts";

/** YOLOv8x has 1280. */
const MAX_CHANNELS = 2 ** 16;
/** Strides and dilations in pixels; YOLO's are 1 and 2. A stride of 0 would end the process that runs the network. */
const MAX_STEP = 64;
/** A transposed convolution enlarges by its stride; YOLO doubles. */
const MAX_ENLARGEMENT = 8;

/** A convolution with everything in it that can be computed beforehand. */
interface Convolution {
  /** [output channels, input channels of one group, height, width] */
  readonly dims: readonly [number, number, number, number];
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

/** torch.nn.Conv2d. */
export const emitConv2d: EmitLayer = (context, module, inputs) =>
  emitConvolution(context, readConv2d(module), onlyInput(module, inputs));

/** Ultralytics' Conv and DWConv: convolution, batch normalisation (none in a fused model), activation. */
export const emitConv: EmitLayer = (context, module, inputs) =>
  emitActivated(context, module, readConv(module), onlyInput(module, inputs));

/**
 * A Conv as several, each with its own output channels. The next layer wants the parts: so the network needs not cut
 * what it has just computed, and pictures stay in the runtime's own layout.
 * @param parts output channels of each, in order
 */
export function emitConvParts(
  context: LayerContext,
  module: ModuleRecord,
  input: string,
  parts: readonly (readonly number[])[],
): string[] {
  const whole = readConv(module);
  if (whole.groups !== 1) module.fail("a convolution in groups cannot be parted");
  return parts.map((channels) => emitActivated(context, module, selectChannels(whole, channels), input));
}

/** A Conv in two halves of its output channels: what `chunk(2, 1)` makes of it. */
export function emitConvHalves(context: LayerContext, module: ModuleRecord, input: string): [string, string] {
  const channels = outputChannels(module);
  if (channels % 2 !== 0) module.fail(`expected an even number of channels, got ${channels}`);
  const all = Array.from({ length: channels }, (_, channel) => channel);
  const [first = "", second = ""] = emitConvParts(context, module, input, [
    all.slice(0, channels / 2),
    all.slice(channels / 2),
  ]);
  return [first, second];
}

export function outputChannels(module: ModuleRecord): number {
  const channels = module.child("conv").sizeOf("weight")[0] ?? 0;
  return channels <= MAX_CHANNELS
    ? channels
    : module.fail(`has ${channels} channels, expected ${MAX_CHANNELS} at most`);
}

/** torch.nn.ConvTranspose2d: weights are [input channels, output channels of one group, height, width]. */
export const emitConvTranspose2d: EmitLayer = ({ graph }, module, inputs) => {
  const { dims, data } = module.weights("weight");
  const bias = module.findWeights("bias");
  const groups = module.count("groups");
  const [vertical, horizontal] = module.pixels("padding", 0, MAX_STEP);
  const names = [onlyInput(module, inputs), graph.floats("weight", dims, data)];
  if (bias !== null) names.push(graph.floats("bias", bias.dims, bias.data));
  return graph.node("ConvTranspose", names, {
    strides: { ints: module.pixels("stride", 1, MAX_ENLARGEMENT) },
    pads: { ints: [vertical, horizontal, vertical, horizontal] },
    dilations: { ints: module.pixels("dilation", 1, MAX_STEP) },
    output_padding: { ints: module.pixels("output_padding", 0, MAX_ENLARGEMENT) },
    group: { int: groups },
  });
};

function emitActivated(
  context: LayerContext,
  module: ModuleRecord,
  convolution: Convolution,
  input: string,
): string {
  return context.emit(module.child("act"), emitConvolution(context, convolution, input));
}

function emitConvolution({ graph }: LayerContext, convolution: Convolution, input: string): string {
  const { dims, weight, bias, strides, padding, dilations, groups } = convolution;
  const names = [input, graph.floats("weight", dims, weight), graph.floats("bias", [dims[0]], bias)];
  return graph.node("Conv", names, {
    kernel_shape: { ints: dims.slice(2) },
    strides: { ints: strides },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: dilations },
    group: { int: groups },
  });
}

function readConv(module: ModuleRecord): Convolution {
  const convolution = readConv2d(module.child("conv"));
  const norm = module.findChild("bn");
  const folded = norm === null ? convolution : foldNorm(convolution, norm);
  // One such number makes every answer of the network one; folding a negative variance gives them too.
  if (!folded.bias.every(Number.isFinite)) module.fail("its weights are not numbers (NaN or infinite)");
  return folded;
}

function readConv2d(module: ModuleRecord): Convolution {
  const mode = module.attribute("padding_mode");
  if (mode !== "zeros") module.fail(`padding mode ${String(mode)} is not supported`);
  const { dims, data } = module.weights("weight");
  if (data.length === 0) module.fail(`weight is empty: [${dims}]`);
  const [outputs = 0, inputs = 0, height = 0, width = 0] = dims;
  if (dims.length !== 4 || outputs !== module.count("out_channels")) {
    module.fail(`weight has shape [${dims}] for ${module.number("out_channels")} output channels`);
  }
  const bias = module.findWeights("bias")?.data ?? new Float32Array(outputs);
  if (bias.length !== outputs) module.fail(`expected ${outputs} biases, got ${bias.length}`);
  const dilations = module.pixels("dilation", 1, MAX_STEP);
  const padding = module.pixels("padding", 0, Number.MAX_SAFE_INTEGER);
  const reach = [height * dilations[0], width * dilations[1]];
  if (padding.some((pixels, axis) => pixels > (reach[axis] ?? 0))) {
    module.fail(
      `padding is ${padding.join(" and ")}, expected no more than its window of ${reach.join(" × ")}`,
    );
  }
  return {
    dims: [outputs, inputs, height, width],
    weight: data,
    bias,
    strides: module.pixels("stride", 1, MAX_STEP),
    padding,
    dilations,
    groups: module.count("groups"),
  };
}

/** Batch normalisation at inference is linear by channel: (x − mean) · γ ∕ √(variance + ε) + β. */
function foldNorm(convolution: Convolution, norm: ModuleRecord): Convolution {
  const [outputs] = convolution.dims;
  const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((name) => {
    const { data } = norm.weights(name);
    return data.length === outputs ? data : norm.fail(`expected ${outputs} of ${name}, got ${data.length}`);
  });
  const epsilon = norm.number("eps");
  const weight = new Float32Array(convolution.weight);
  const bias = new Float32Array(outputs);
  const size = weight.length / outputs;
  for (let channel = 0; channel < outputs; channel++) {
    const factor = (gamma?.[channel] ?? 0) / Math.sqrt((variance?.[channel] ?? 0) + epsilon);
    const shift = (convolution.bias[channel] ?? 0) - (mean?.[channel] ?? 0);
    bias[channel] = (beta?.[channel] ?? 0) + shift * factor;
    for (let index = channel * size; index < (channel + 1) * size; index++) {
      weight[index] = (weight[index] ?? 0) * factor;
    }
  }
  return { ...convolution, weight, bias };
}

function selectChannels(convolution: Convolution, channels: readonly number[]): Convolution {
  const [, inputs, height, width] = convolution.dims;
  const size = inputs * height * width;
  const weight = new Float32Array(channels.length * size);
  for (const [index, channel] of channels.entries()) {
    weight.set(convolution.weight.subarray(channel * size, (channel + 1) * size), index * size);
  }
  const bias = Float32Array.from(channels, (channel) => convolution.bias[channel] ?? 0);
  return { ...convolution, dims: [channels.length, inputs, height, width], weight, bias };
}
