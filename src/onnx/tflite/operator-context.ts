import { transpose } from "../transpose.ts";
import { unreadableModel } from "../unreadable-model.ts";
import type { GraphBuilder } from "../writer/graph-builder.ts";
import { denseFloats } from "./dense-floats.ts";
import type { FlatTable } from "./flat-table.ts";
import { NCHW_TO_NHWC, NHWC_TO_NCHW, onnxShape } from "./layout.ts";
import type { TfliteModel, TfliteOperator, TfliteTensor } from "./tflite-model.ts";

/** What conversion knows so far: ONNX names of computed values. */
export type ComputedValues = Map<number, string>;

/** What the emitter of one operator may ask for; every question about its place in the file is answered here. */
export class OperatorContext {
  readonly graph: GraphBuilder;
  readonly operator: TfliteOperator;
  readonly #model: TfliteModel;
  readonly #values: ReadonlyMap<number, string>;

  constructor(
    graph: GraphBuilder,
    model: TfliteModel,
    operator: TfliteOperator,
    values: ReadonlyMap<number, string>,
  ) {
    this.graph = graph;
    this.operator = operator;
    this.#model = model;
    this.#values = values;
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
    if (tensor.data === null) return null;
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

  /** ONNX name of an input; constants of four dimensions are turned to NCHW. */
  value(input: number): string {
    return this.#computed(input) ?? this.#constant(input, this.tensor(input).shape);
  }

  /** ONNX name of an input that is broadcast to the output: constants get leading axes, so that channels meet channels. */
  operand(input: number): string {
    const { shape } = this.tensor(input);
    const rank = this.output().shape.length;
    const computed = this.#computed(input);
    if (computed === null) {
      const leading = new Array<number>(Math.max(0, rank - shape.length)).fill(1);
      return this.#constant(input, [...leading, ...shape]);
    }
    if (shape.length !== rank && rank === 4) {
      this.fail(`input ${input} has ${shape.length} dimensions and cannot be spread over ${rank}`);
    }
    return computed;
  }

  /** ONNX name of an input whose elements lie in TFLite's order. */
  valueInOrder(input: number): string {
    const value = this.value(input);
    if (this.tensor(input).shape.length !== 4) return value;
    return this.graph.node("Transpose", [value], { perm: { ints: NCHW_TO_NHWC } });
  }

  /** The value with TFLite's order of elements, reshaped to the output and in ONNX's order. */
  asOutput(value: string): string {
    const { shape } = this.output();
    const shaped = this.graph.node("Reshape", [value, this.graph.ints("shape", shape)]);
    return shape.length === 4
      ? this.graph.node("Transpose", [shaped], { perm: { ints: NHWC_TO_NCHW } })
      : shaped;
  }

  #computed(input: number): string | null {
    return this.#values.get(this.tensor(input).index) ?? null;
  }

  #constant(input: number, shape: readonly number[]): string {
    const data =
      this.floats(input) ??
      this.fail(`input ${input} "${this.tensor(input).name}" is read before it is computed`);
    if (shape.length !== 4) return this.graph.floats("constant", shape, data);
    return this.graph.floats("constant", onnxShape(shape), transpose(data, shape, NHWC_TO_NCHW));
  }
}
