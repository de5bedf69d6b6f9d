import { clipAtSix, emitPrelu } from "./emitters/activation.ts";
import { emitAdd, emitFullyConnected, emitMean, emitMultiply } from "./emitters/arithmetic.ts";
import {
  emitConcatenation,
  emitDepthToSpace,
  emitPad,
  emitReshape,
  emitResizeBilinear,
  emitStridedSlice,
} from "./emitters/arrangement.ts";
import {
  emitConvolution,
  emitDepthwiseConvolution,
  emitPool,
  emitTransposedConvolution,
} from "./emitters/convolution.ts";
import { emitBilinearCrop, emitLandmarksToMatrix, emitMovedLandmarks } from "./emitters/facial-crop.ts";
import { foldDensify, foldDequantize } from "./emitters/folding.ts";
import type { OperatorContext } from "./operator-context.ts";

/** A row either computes its constant output at conversion, or adds nodes and names the output. */
export type OperatorRow =
  | { readonly fold: (context: OperatorContext, model: string) => Float32Array }
  | { readonly emit: (context: OperatorContext) => string };

/** Every TFLite operator that can be converted. A new one is a row here and an emitter beside the others. */
export const OPERATORS: Readonly<Record<string, OperatorRow>> = {
  ADD: { emit: emitAdd },
  AVERAGE_POOL_2D: { emit: (context) => emitPool(context, "AveragePool") },
  CONCATENATION: { emit: emitConcatenation },
  CONV_2D: { emit: emitConvolution },
  Convolution2DTransposeBias: { emit: emitTransposedConvolution },
  DENSIFY: { fold: foldDensify },
  DEPTHWISE_CONV_2D: { emit: emitDepthwiseConvolution },
  DEPTH_TO_SPACE: { emit: emitDepthToSpace },
  DEQUANTIZE: { fold: foldDequantize },
  FULLY_CONNECTED: { emit: emitFullyConnected },
  HARD_SWISH: { emit: (context) => context.graph.node("HardSwish", [context.value(0)]) },
  Landmarks2TransformMatrix: { emit: emitLandmarksToMatrix },
  LOGISTIC: { emit: (context) => context.graph.node("Sigmoid", [context.value(0)]) },
  MAX_POOL_2D: { emit: (context) => emitPool(context, "MaxPool") },
  MEAN: { emit: emitMean },
  MUL: { emit: emitMultiply },
  PAD: { emit: emitPad },
  PRELU: { emit: emitPrelu },
  RELU: { emit: (context) => context.graph.node("Relu", [context.value(0)]) },
  RELU6: { emit: (context) => clipAtSix(context, context.value(0)) },
  RESHAPE: { emit: emitReshape },
  RESIZE_BILINEAR: { emit: emitResizeBilinear },
  STRIDED_SLICE: { emit: emitStridedSlice },
  TransformLandmarks: { emit: emitMovedLandmarks },
  TransformTensorBilinear: { emit: emitBilinearCrop },
};
