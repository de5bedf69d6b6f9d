import { clipAtSix, emitHardSwish, emitPrelu } from "./emitters/activation.ts";
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
import { FOLDED_OPERATORS } from "./fold-constants.ts";
import type { OperatorContext } from "./operator-context.ts";

/** Every TFLite operator that can be converted, and what adds its nodes and names its output. A new one is a row here and an emitter beside the others. */
export const OPERATORS: Readonly<Record<string, (context: OperatorContext) => string>> = {
  ADD: emitAdd,
  AVERAGE_POOL_2D: (context) => emitPool(context, "AveragePool"),
  CONCATENATION: emitConcatenation,
  CONV_2D: emitConvolution,
  Convolution2DTransposeBias: emitTransposedConvolution,
  DEPTHWISE_CONV_2D: emitDepthwiseConvolution,
  DEPTH_TO_SPACE: emitDepthToSpace,
  FULLY_CONNECTED: emitFullyConnected,
  HARD_SWISH: emitHardSwish,
  Landmarks2TransformMatrix: emitLandmarksToMatrix,
  LOGISTIC: (context) => context.graph.node("Sigmoid", [context.value(0)]),
  MAX_POOL_2D: (context) => emitPool(context, "MaxPool"),
  MEAN: emitMean,
  MUL: emitMultiply,
  PAD: emitPad,
  PRELU: emitPrelu,
  RELU: (context) => context.graph.node("Relu", [context.value(0)]),
  RELU6: (context) => clipAtSix(context, context.value(0)),
  RESHAPE: emitReshape,
  RESIZE_BILINEAR: emitResizeBilinear,
  STRIDED_SLICE: emitStridedSlice,
  TransformLandmarks: emitMovedLandmarks,
  TransformTensorBilinear: emitBilinearCrop,
};

/** Whatever may be in a file: what becomes nodes, and what is computed when it is converted. */
export const KNOWN_OPERATORS: readonly string[] = [...Object.keys(OPERATORS), ...FOLDED_OPERATORS].sort();
