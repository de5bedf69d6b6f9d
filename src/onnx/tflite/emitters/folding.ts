import { unreadableModel } from "../../unreadable-model.ts";
import { expandSparse } from "../expand-sparse.ts";
import { denseFloats, type OperatorContext } from "../operator-context.ts";

/** Weights stored as halves become singles at conversion: exact, and nothing is left to do at run time. */
export function foldDequantize(context: OperatorContext): Float32Array {
  const { type } = context.tensor(0);
  if (type !== "float16") context.fail(`only float16 constants can be dequantised, got ${type}`);
  return context.constantFloats(0);
}

/** Sparse weights are expanded at conversion. */
export function foldDensify(context: OperatorContext, model: string): Float32Array {
  const tensor = context.tensor(0);
  if (tensor.sparsity === null) return context.constantFloats(0);
  const values = denseFloats(tensor);
  if (values === null) throw unreadableModel(model, `sparse tensor "${tensor.name}" holds ${tensor.type}`);
  return expandSparse(values, tensor.shape, tensor.sparsity, model, tensor.name);
}
