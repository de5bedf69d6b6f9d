import { z } from "zod";
import { transpose } from "../transpose.ts";
import type { LayerContext, LayerValue } from "./layer-context.ts";

const HWIO_TO_OIHW = [3, 2, 0, 1] as const;
const channelsLast = z.literal("channels_last");

/** ONNX operator of an activation; null for none. */
const ACTIVATIONS: Readonly<Record<string, string | null>> = { linear: null, relu: "Relu" };

/** Every layer class that can be converted. A new one is a row here. */
export const LAYERS: Readonly<Record<string, (context: LayerContext) => LayerValue>> = {
  Activation: (context) => activate(context, context.config(ActivationConfig).activation, context.only()),
  Add: (context) => fold(context, "Add"),
  Concatenate: emitConcatenate,
  Conv2D: emitConv2d,
  /** UpscalerJS's own layer: multiplies by a constant. */
  MultiplyBeta: emitMultiplyBeta,
  PixelShuffle2x: emitPixelShuffle,
  PixelShuffle3x: emitPixelShuffle,
  PixelShuffle4x: emitPixelShuffle,
  PixelShuffle8x: emitPixelShuffle,
  UpSampling2D: emitUpSampling2d,
};

const ActivationConfig = z.object({ activation: z.string() });

function activate(context: LayerContext, activation: string, value: LayerValue): LayerValue {
  const op = Object.hasOwn(ACTIVATIONS, activation) ? ACTIVATIONS[activation] : undefined;
  if (op === undefined) {
    const known = Object.keys(ACTIVATIONS).join(", ");
    return context.fail(`activation ${activation} is not supported; supported are ${known}`);
  }
  return op === null ? value : { ...value, name: context.graph.node(op, [value.name]) };
}

/** What reads several pictures of equal scale sees as far as the farthest-seeing of them. */
function widest(context: LayerContext): LayerValue {
  const [first, ...others] = context.inputs;
  if (first === undefined || others.length === 0) context.fail("expected two or more inputs");
  if (others.some((value) => value.scale !== first.scale)) context.fail("its inputs differ in size");
  return { ...first, radius: Math.max(...context.inputs.map((value) => value.radius)) };
}

function fold(context: LayerContext, op: string): LayerValue {
  const like = widest(context);
  const counts = context.inputs.map((value) => value.channels);
  if (new Set(counts).size > 1) context.fail(`its inputs have ${counts.join(", ")} channels`);
  const [first, ...others] = context.inputs;
  const name = others.reduce(
    (sum, value) => context.graph.node(op, [sum, value.name]),
    first?.name ?? like.name,
  );
  return { ...like, name };
}

const ConcatenateConfig = z.object({ axis: z.union([z.literal(3), z.literal(-1)]) });

function emitConcatenate(context: LayerContext): LayerValue {
  context.config(ConcatenateConfig);
  const inputs = context.inputs.map((value) => value.name);
  const channels = context.inputs.reduce((sum, value) => sum + value.channels, 0);
  return { ...widest(context), channels, name: context.graph.node("Concat", inputs, { axis: { int: 1 } }) };
}

const unitPair = z.tuple([z.literal(1), z.literal(1)]);
const sizePair = z.tuple([z.int().positive(), z.int().positive()]);

const Conv2dConfig = z.object({
  filters: z.int().positive(),
  kernel_size: sizePair,
  strides: unitPair,
  dilation_rate: unitPair.default([1, 1]),
  padding: z.enum(["same", "valid"]),
  data_format: channelsLast,
  groups: z.literal(1).default(1),
  activation: z.string(),
  use_bias: z.boolean(),
});

function emitConv2d(context: LayerContext): LayerValue {
  const config = context.config(Conv2dConfig);
  const input = context.only();
  const [height, width] = config.kernel_size;
  // Without padding the picture would shrink, and with it the factor by which the network enlarges.
  if (config.padding === "valid" && (height > 1 || width > 1)) context.fail("an unpadded kernel above 1×1");
  const kernel = context.weight("kernel", [height, width, input.channels, config.filters]);
  const inputs = [
    input.name,
    context.graph.floats(
      "kernel",
      [config.filters, input.channels, height, width],
      transpose(kernel.data, kernel.shape, HWIO_TO_OIHW),
    ),
  ];
  if (config.use_bias) {
    const bias = context.weight("bias", [config.filters]);
    inputs.push(context.graph.floats("bias", [config.filters], bias.data));
  }
  // TensorFlow's SAME at stride 1: an even kernel has its odd zero behind.
  const [top, left] = [(height - 1) >> 1, (width - 1) >> 1];
  const name = context.graph.node("Conv", inputs, {
    kernel_shape: { ints: [height, width] },
    pads: { ints: [top, left, height - 1 - top, width - 1 - left] },
  });
  const radius = input.radius + Math.max(height >> 1, width >> 1) / input.scale;
  return activate(context, config.activation, { name, channels: config.filters, scale: input.scale, radius });
}

const MultiplyBetaConfig = z.object({ beta: z.number() });

function emitMultiplyBeta(context: LayerContext): LayerValue {
  const { beta } = context.config(MultiplyBetaConfig);
  const input = context.only();
  const factor = context.graph.floats("beta", [], new Float32Array([beta]));
  return { ...input, name: context.graph.node("Mul", [input.name, factor]) };
}

const PixelShuffleConfig = z.object({ scale: z.int().min(2) });

/** TensorFlow's depth_to_space: ONNX's DCR order. */
function emitPixelShuffle(context: LayerContext): LayerValue {
  const { scale } = context.config(PixelShuffleConfig);
  const input = context.only();
  const channels = input.channels / scale ** 2;
  if (!Number.isInteger(channels)) context.fail(`${input.channels} channels do not fill blocks of ${scale}`);
  const name = context.graph.node("DepthToSpace", [input.name], {
    blocksize: { int: scale },
    mode: { string: "DCR" },
  });
  return { ...input, name, channels, scale: input.scale * scale };
}

const UpSampling2dConfig = z.object({
  size: sizePair,
  data_format: channelsLast,
  interpolation: z.literal("nearest"),
});

function emitUpSampling2d(context: LayerContext): LayerValue {
  const [vertical, horizontal] = context.config(UpSampling2dConfig).size;
  if (vertical !== horizontal) context.fail(`it enlarges by ${vertical}×${horizontal}`);
  const input = context.only();
  const scales = context.graph.floats("scales", [4], new Float32Array([1, 1, vertical, horizontal]));
  const name = context.graph.node("Resize", [input.name, "", scales], {
    mode: { string: "nearest" },
    coordinate_transformation_mode: { string: "asymmetric" },
    nearest_mode: { string: "floor" },
  });
  return { ...input, name, scale: input.scale * vertical };
}
