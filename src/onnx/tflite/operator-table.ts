import { fuseActivation } from "./emitters/activation.ts";
import {
  emitConcatenation,
  emitDepthToSpace,
  emitPad,
  emitReshape,
  emitResizeBilinear,
} from "./emitters/arrangement.ts";
import { emitConvolution, emitDepthwiseConvolution, emitMaxPool } from "./emitters/convolution.ts";
import { foldDensify, foldDequantize } from "./emitters/folding.ts";
import type { OperatorContext } from "./operator-context.ts";

/** A row either computes its constant output at conversion, or adds nodes and names the output. */
export type OperatorRow =
  | { readonly fold: (context: OperatorContext, model: string) => Float32Array }
  | { readonly emit: (context: OperatorContext) => string };

/** Every TFLite operator that can be converted. A new one is a row here and an emitter beside the others. */
export const OPERATORS: Readonly<Record<string, OperatorRow>> = {
  ADD: {
    emit: (context) =>
      fuseActivation(
        context,
        context.options().int8(0),
        context.graph.node("Add", [context.value(0), context.value(1)]),
      ),
  },
  CONCATENATION: { emit: emitConcatenation },
  CONV_2D: { emit: emitConvolution },
  DENSIFY: { fold: foldDensify },
  DEPTHWISE_CONV_2D: { emit: emitDepthwiseConvolution },
  DEPTH_TO_SPACE: { emit: emitDepthToSpace },
  DEQUANTIZE: { fold: foldDequantize },
  MAX_POOL_2D: { emit: emitMaxPool },
  PAD: { emit: emitPad },
  RELU: { emit: (context) => context.graph.node("Relu", [context.value(0)]) },
  RESHAPE: { emit: emitReshape },
  RESIZE_BILINEAR: { emit: emitResizeBilinear },
};
