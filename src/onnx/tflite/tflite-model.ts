import { unreadableModel } from "../unreadable-model.ts";
import { BUILTIN_OPERATORS } from "./builtin-operators.ts";
import { FlatTable } from "./flat-table.ts";
import { readSparsity, type Sparsity } from "./sparsity.ts";

/** Element types by the schema's number, with their size in bytes. */
const ELEMENT_TYPES: Readonly<Record<number, { name: string; bytes: number }>> = {
  0: { name: "float32", bytes: 4 },
  1: { name: "float16", bytes: 2 },
  2: { name: "int32", bytes: 4 },
  3: { name: "uint8", bytes: 1 },
  4: { name: "int64", bytes: 8 },
  6: { name: "bool", bytes: 1 },
  7: { name: "int16", bytes: 2 },
  9: { name: "int8", bytes: 1 },
};

/** No weight or activation of a model we could run comes near this; a larger claim is damage. */
const MAX_ELEMENTS = 2 ** 28;

export interface TfliteTensor {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  /** Little-endian elements of a constant; null for what is computed. */
  readonly data: Uint8Array | null;
  readonly sparsity: Sparsity | null;
}

export interface TfliteOperator {
  /** Place in the file's execution order, from 0. */
  readonly position: number;
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | null;
  /** Of the operator; custom operators change their meaning with it. */
  readonly version: number;
  /** What a custom operator brings along, in a form of its own; empty for all others. */
  readonly customOptions: Uint8Array;
}

/** The first subgraph of a TFLite file (schema version 3); field numbers from the public schema.fbs. */
export interface TfliteModel {
  readonly name: string;
  /** What the file's maker wrote into it; often empty. */
  readonly description: string;
  readonly metadata: readonly { readonly name: string; readonly data: Uint8Array }[];
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export function readTflite(bytes: Uint8Array, name: string): TfliteModel {
  const root = FlatTable.root(bytes, "TFL3", name);
  const version = root.uint32(0);
  if (version !== 3) throw unreadableModel(name, `expected TFLite schema version 3, got ${version}`);
  const [subgraph, ...others] = root.tables(2);
  if (subgraph === undefined || others.length > 0) {
    throw unreadableModel(name, `expected one subgraph, got ${subgraph ? others.length + 1 : 0}`);
  }
  const buffers = root.tables(4).map((buffer) => buffer.bytes(0));
  const tensors = subgraph.tables(0).map((table, index) => readTensor(table, index, buffers, name));
  const codes = root.tables(1).map((table) => ({ name: operatorName(table), version: table.int32(2, 1) }));
  const operators = subgraph.tables(3).map((table, position) => readOperator(table, position, codes, name));
  const inputs = subgraph.int32s(1);
  const outputs = subgraph.int32s(2);
  for (const [position, operator] of operators.entries()) {
    checkIndices(
      [...operator.inputs.filter((input) => input !== -1), ...operator.outputs],
      tensors,
      name,
      () => {
        return `${operator.name} at position ${position}`;
      },
    );
  }
  checkIndices([...inputs, ...outputs], tensors, name, () => "the list of inputs and outputs");
  const metadata = root.tables(6).map((entry) => ({
    name: entry.text(0),
    data: buffers[entry.uint32(1)] ?? new Uint8Array(),
  }));
  return { name, description: root.text(3), metadata, tensors, operators, inputs, outputs };
}

/** Older files keep the code in a byte (field 0), newer ones in an int (field 3); the larger one counts. */
function operatorName(table: FlatTable): string {
  const code = Math.max(table.int8(0), table.int32(3));
  const name = BUILTIN_OPERATORS[code] ?? `BUILTIN_${code}`;
  return name === "CUSTOM" ? table.text(1) : name;
}

function readOperator(
  table: FlatTable,
  position: number,
  codes: readonly Pick<TfliteOperator, "name" | "version">[],
  model: string,
): TfliteOperator {
  const index = table.uint32(0);
  const code = codes[index];
  if (code === undefined) {
    throw unreadableModel(
      model,
      `operator ${position} has code ${index}, but the file lists ${codes.length}`,
    );
  }
  return {
    ...code,
    position,
    inputs: table.int32s(1),
    outputs: table.int32s(2),
    options: table.table(4),
    customOptions: table.bytes(5),
  };
}

function readTensor(table: FlatTable, index: number, buffers: Uint8Array[], model: string): TfliteTensor {
  const name = table.text(3);
  const type = ELEMENT_TYPES[table.int8(1)];
  if (type === undefined) {
    throw unreadableModel(
      model,
      `tensor ${index} "${name}" has element type ${table.int8(1)}, which is not supported`,
    );
  }
  const shape = table.int32s(0);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (shape.some((size) => size < 1) || elements > MAX_ELEMENTS) {
    throw unreadableModel(model, `tensor ${index} "${name}" has the impossible shape [${shape.join(", ")}]`);
  }
  const buffer = buffers[table.uint32(2)];
  if (buffer === undefined) {
    throw unreadableModel(
      model,
      `tensor ${index} "${name}" refers to buffer ${table.uint32(2)} of ${buffers.length}`,
    );
  }
  const sparsityTable = table.table(6);
  const sparsity = sparsityTable === null ? null : readSparsity(sparsityTable);
  const data = buffer.length === 0 ? null : buffer;
  if (data !== null && sparsity === null && data.length !== elements * type.bytes) {
    const expected = elements * type.bytes;
    throw unreadableModel(model, `tensor ${index} "${name}": expected ${expected} bytes, got ${data.length}`);
  }
  return { index, name, shape, type: type.name, data, sparsity };
}

function checkIndices(
  indices: readonly number[],
  tensors: readonly TfliteTensor[],
  model: string,
  where: () => string,
): void {
  const wrong = indices.find((index) => index < 0 || index >= tensors.length);
  if (wrong === undefined) return;
  throw unreadableModel(model, `${where()} names tensor ${wrong}, but the file has ${tensors.length}`);
}
