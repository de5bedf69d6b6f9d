import { Builder, type Offset } from "flatbuffers";

interface TensorSpec {
  readonly shape: readonly number[];
  /** Number in the schema; default float32. */
  readonly type?: number;
  readonly data?: Uint8Array;
}

interface OperatorSpec {
  /** Builtin code, or the name of a custom operator. */
  readonly code: number | string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Option fields by number: [value, bytes it takes]. */
  readonly options?: Readonly<Record<number, readonly [value: number, bytes: 1 | 4]>>;
  /** What a custom operator brings along. */
  readonly customOptions?: Uint8Array;
  /** Default 1; the same for all operators of one code. */
  readonly version?: number;
}

export interface ModelSpec {
  readonly tensors: readonly TensorSpec[];
  readonly operators: readonly OperatorSpec[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly version?: number;
  readonly identifier?: string;
}

/** Writes a TFLite file (schema version 3), so that a test can show one operator or one fault at a time. */
export function tfliteFile(spec: ModelSpec): Uint8Array {
  const builder = new Builder(1024);
  const codes = [...new Set(spec.operators.map((operator) => operator.code))];
  const buffers = [new Uint8Array(), ...spec.tensors.map((tensor) => tensor.data ?? new Uint8Array())];
  const bufferOffsets = buffers.map((bytes) => {
    const data = vectorOf(builder, 1, bytes.length, (index) => builder.addInt8(bytes[index] ?? 0));
    return table(builder, 1, () => builder.addFieldOffset(0, data, 0));
  });
  const tensorOffsets = spec.tensors.map((tensor, index) => {
    const shape = ints(builder, tensor.shape);
    const name = builder.createString(`tensor${index}`);
    return table(builder, 4, () => {
      builder.addFieldOffset(0, shape, 0);
      builder.addFieldInt8(1, tensor.type ?? 0, 0);
      builder.addFieldInt32(2, index + 1, 0);
      builder.addFieldOffset(3, name, 0);
    });
  });
  const operatorOffsets = spec.operators.map((operator) => {
    const inputs = ints(builder, operator.inputs);
    const outputs = ints(builder, operator.outputs);
    const entries = Object.entries(operator.options ?? {});
    const options = table(builder, 8, () => {
      for (const [field, [value, bytes]] of entries) {
        if (bytes === 1) builder.addFieldInt8(Number(field), value, 0);
        else builder.addFieldInt32(Number(field), value, 0);
      }
    });
    const custom = operator.customOptions ?? new Uint8Array();
    const customOptions = vectorOf(builder, 1, custom.length, (index) => builder.addInt8(custom[index] ?? 0));
    return table(builder, 6, () => {
      builder.addFieldInt32(0, codes.indexOf(operator.code), 0);
      builder.addFieldOffset(1, inputs, 0);
      builder.addFieldOffset(2, outputs, 0);
      builder.addFieldOffset(4, options, 0);
      builder.addFieldOffset(5, customOptions, 0);
    });
  });
  const codeOffsets = codes.map((code) => {
    const custom = typeof code === "string" ? builder.createString(code) : 0;
    const version = spec.operators.find((operator) => operator.code === code)?.version ?? 1;
    return table(builder, 4, () => {
      builder.addFieldOffset(1, custom, 0);
      builder.addFieldInt32(2, version, 1);
      builder.addFieldInt32(3, typeof code === "string" ? 32 : code, 0);
    });
  });
  const [tensors, operators] = [offsets(builder, tensorOffsets), offsets(builder, operatorOffsets)];
  const [inputs, outputs] = [ints(builder, spec.inputs), ints(builder, spec.outputs)];
  const subgraph = table(builder, 4, () => {
    builder.addFieldOffset(0, tensors, 0);
    builder.addFieldOffset(1, inputs, 0);
    builder.addFieldOffset(2, outputs, 0);
    builder.addFieldOffset(3, operators, 0);
  });
  const [subgraphs, codeVector] = [offsets(builder, [subgraph]), offsets(builder, codeOffsets)];
  const bufferVector = offsets(builder, bufferOffsets);
  const root = table(builder, 5, () => {
    builder.addFieldInt32(0, spec.version ?? 3, 0);
    builder.addFieldOffset(1, codeVector, 0);
    builder.addFieldOffset(2, subgraphs, 0);
    builder.addFieldOffset(4, bufferVector, 0);
  });
  builder.finish(root, spec.identifier ?? "TFL3");
  return builder.asUint8Array().slice();
}

export function floatBytes(values: readonly number[] | Float32Array): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function intBytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function table(builder: Builder, fields: number, add: () => void): Offset {
  builder.startObject(fields);
  add();
  return builder.endObject();
}

function vectorOf(builder: Builder, bytes: number, length: number, add: (index: number) => void): Offset {
  builder.startVector(bytes, length, bytes);
  for (let index = length - 1; index >= 0; index--) add(index);
  return builder.endVector();
}

function ints(builder: Builder, values: readonly number[]): Offset {
  return vectorOf(builder, 4, values.length, (index) => builder.addInt32(values[index] ?? 0));
}

function offsets(builder: Builder, values: readonly Offset[]): Offset {
  return vectorOf(builder, 4, values.length, (index) => builder.addOffset(values[index] ?? 0));
}
