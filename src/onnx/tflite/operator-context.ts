import { transpose } from "../transpose.ts";
import { unreadableModel } from "../unreadable-model.ts";
import type { GraphBuilder } from "../writer/graph-builder.ts";
import type { FlatTable } from "./flat-table.ts";
import { halfToFloat } from "./half-float.ts";
import { NHWC_TO_NCHW } from "./layout.ts";
import type { TfliteModel, TfliteOperator, TfliteTensor } from "./tflite-model.ts";

/** What conversion knows so far: ONNX names of computed values, and constants that were folded. */
export interface ConversionState {
  readonly values: Map<number, string>;
  readonly folded: Map<number, Float32Array>;
}

/** What the emitter of one operator may ask for; every question about its place in the file is answered here. */
export class OperatorContext {
  readonly graph: GraphBuilder;
  readonly operator: TfliteOperator;
  readonly #model: TfliteModel;
  readonly #state: ConversionState;

  constructor(graph: GraphBuilder, model: TfliteModel, operator: TfliteOperator, state: ConversionState) {
    this.graph = graph;
    this.operator = operator;
    this.#model = model;
    this.#state = state;
  }

  fail(fact: string): never {
    const { name, position } = this.operator;
    throw unreadableModel(this.#model.name, `${name} at position ${position}: ${fact}`);
  }

  /** The option table, for operators that cannot do without. */
  options(): FlatTable {
    return this.operator.options ?? this.fail("its options are missing");
  }

  tensor(input: number): TfliteTensor {
    const index = this.operator.inputs[input];
    const tensor = index === undefined ? undefined : this.#model.tensors[index];
    return tensor ?? this.fail(`input ${input} is missing`);
  }

  output(): TfliteTensor {
    const index = this.operator.outputs[0];
    const tensor = index === undefined ? undefined : this.#model.tensors[index];
    return tensor ?? this.fail("it has no output");
  }

  has(input: number): boolean {
    const index = this.operator.inputs[input];
    return index !== undefined && index !== -1;
  }

  /** A constant's elements in TFLite's order, or null where the input is computed. */
  floats(input: number): Float32Array | null {
    const tensor = this.tensor(input);
    const folded = this.#state.folded.get(tensor.index);
    if (folded !== undefined || tensor.data === null) return folded ?? null;
    if (tensor.sparsity !== null) this.fail(`input ${input} is sparse and was not expanded`);
    return denseFloats(tensor) ?? this.fail(`input ${input} is a constant of type ${tensor.type}`);
  }

  constantFloats(input: number): Float32Array {
    return this.floats(input) ?? this.fail(`expected input ${input} to be a constant, got a computed value`);
  }

  constantInts(input: number): number[] {
    const { data, type } = this.tensor(input);
    if (data === null || type !== "int32")
      return this.fail(`expected input ${input} to be a constant of int32`);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return Array.from({ length: data.length / 4 }, (_, index) => view.getInt32(4 * index, true));
  }

  /** ONNX name of an input; constants of four dimensions are turned to NCHW, vectors broadcast over channels. */
  value(input: number): string {
    const tensor = this.tensor(input);
    const computed = this.#state.values.get(tensor.index);
    if (computed !== undefined) return computed;
    const data =
      this.floats(input) ?? this.fail(`input ${input} "${tensor.name}" is read before it is computed`);
    const { shape } = tensor;
    if (shape.length === 4) {
      const dims = NHWC_TO_NCHW.map((axis) => shape[axis] ?? 1);
      return this.graph.floats("constant", dims, transpose(data, shape, NHWC_TO_NCHW));
    }
    const overPicture = shape.length === 1 && this.output().shape.length === 4;
    return this.graph.floats("constant", overPicture ? [data.length, 1, 1] : shape, data);
  }
}

/** Elements of a dense constant as singles; null for a type that holds no real numbers. */
export function denseFloats(tensor: TfliteTensor): Float32Array | null {
  if (tensor.data === null) return null;
  if (tensor.type === "float16") return halfToFloat(tensor.data);
  if (tensor.type !== "float32") return null;
  // A copy, since the file gives no promise that its vectors start on a multiple of four.
  return new Float32Array(tensor.data.slice().buffer);
}
