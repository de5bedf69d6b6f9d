import { unreadableModel } from "../unreadable-model.ts";
import { denseFloats } from "./dense-floats.ts";
import { expandSparse } from "./expand-sparse.ts";
import type { TfliteModel, TfliteOperator, TfliteTensor } from "./tflite-model.ts";

type Fold = (source: TfliteTensor, model: string, fail: (fact: string) => never) => Float32Array;

/** Operators whose results are constants: they are computed here, and nothing is left to do at run time. */
const FOLDS: Readonly<Record<string, Fold>> = {
  /** Weights stored as halves become singles: exact. */
  DEQUANTIZE: (source, _model, fail) => {
    // Singles are what sparse halves were expanded to.
    if (!["float16", "float32"].includes(source.type)) {
      fail(`only float16 constants can be dequantised, got ${source.type}`);
    }
    return denseFloats(source) ?? fail("expected input 0 to be a constant, got a computed value");
  },
  DENSIFY: (source, model, fail) => {
    const values = denseFloats(source);
    if (values === null) return fail(`expected a constant of real numbers, got ${source.type}`);
    if (source.sparsity === null) return values;
    return expandSparse(values, source.shape, source.sparsity, model, source.name);
  },
};

export const FOLDED_OPERATORS: readonly string[] = Object.keys(FOLDS);

/** The model with such results among its constants, and without the operators that gave them. */
export function foldConstants(model: TfliteModel): TfliteModel {
  const tensors = [...model.tensors];
  const operators = model.operators.filter((operator) => {
    const fold = Object.hasOwn(FOLDS, operator.name) ? FOLDS[operator.name] : undefined;
    if (fold === undefined) return true;
    const fail = (fact: string): never => {
      throw unreadableModel(model.name, `${operator.name} at position ${operator.position}: ${fact}`);
    };
    const [source, result] = [tensorAt(operator, "inputs"), tensorAt(operator, "outputs")];
    if (source === undefined || result === undefined) return fail("its input or its output is missing");
    const data = fold(source, model.name, fail);
    const expected = result.shape.reduce((product, size) => product * size, 1);
    if (data.length !== expected) fail(`expected ${expected} elements, got ${data.length}`);
    tensors[result.index] = constantOf(result, data);
    return false;
  });
  return { ...model, tensors, operators };

  function tensorAt(operator: TfliteOperator, side: "inputs" | "outputs"): TfliteTensor | undefined {
    return tensors[operator[side][0] ?? -1];
  }
}

/** The tensor as a constant of these values. */
export function constantOf(tensor: TfliteTensor, values: Float32Array): TfliteTensor {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { ...tensor, type: "float32", data, sparsity: null };
}
