import { BinaryReader } from "@bufbuild/protobuf/wire";
import { MaskloomError } from "../errors.ts";
import type { SummaryDimension, TensorSummary } from "./model-summary.ts";
import { unreadableModel } from "./unreadable-model.ts";

/** How every ONNX file begins: the version of its format is its first field. */
export const ONNX_MARK = 0x08;

/** What an ONNX file says of itself; the weights are not touched. */
export interface OnnxHeader {
  /** Without the initialisers that older files list among them. */
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  /** The file's metadata_props, such as names, stride and imgsz of an ultralytics export. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How often each operator stands in the main graph; operators of other domains as domain.Name. */
  readonly opCounts: Readonly<Record<string, number>>;
  /** Version of the standard operators; null where the file names none. */
  readonly opset: number | null;
  /** Who wrote the file; empty where it does not say. */
  readonly producer: string;
}

/** Element types by TensorProto.DataType of the public onnx.proto. */
const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
};

/**
 * Reads the structure of an ONNX ModelProto (protobuf; field numbers from the public onnx.proto, IR version 8).
 * Throws MODEL_UNREADABLE for bytes that are no ONNX file, and for a damaged or truncated one.
 * @param name shown in errors
 */
export function readOnnxHeader(bytes: Uint8Array, name: string): OnnxHeader {
  try {
    return readModel(bytes, name);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    // What the protobuf reader throws tells of varints and offsets, which help nobody.
    throw notOnnx(bytes, name, error);
  }
}

function notOnnx(bytes: Uint8Array, name: string, cause?: unknown): MaskloomError {
  const fact = `expected an ONNX file, got ${bytes.length} bytes that are none; the file is truncated, damaged or of another format`;
  return unreadableModel(name, fact, { cause });
}

function readModel(bytes: Uint8Array, name: string): OnnxHeader {
  let graph: Uint8Array | undefined;
  let producer = "";
  let opset: number | null = null;
  const metadata: [string, string][] = [];
  readFields(bytes, {
    2: (reader) => {
      producer = reader.string();
    },
    7: (reader) => {
      graph = reader.bytes();
    },
    8: (reader) => {
      const { domain, version } = readOpset(reader.bytes());
      if (domain === "" || domain === "ai.onnx") opset = version;
    },
    14: (reader) => {
      metadata.push(readEntry(reader.bytes()));
    },
  });
  if (graph === undefined) throw notOnnx(bytes, name);
  const { inputs, outputs, opCounts } = readGraph(graph);
  if (outputs.length === 0) throw unreadableModel(name, "expected a graph with outputs, got one without");
  return { inputs, outputs, metadata: Object.fromEntries(metadata), opCounts, opset, producer };
}

function readGraph(bytes: Uint8Array): Pick<OnnxHeader, "inputs" | "outputs" | "opCounts"> {
  const counts = new Map<string, number>();
  const initialisers = new Set<string>();
  const inputs: TensorSummary[] = [];
  const outputs: TensorSummary[] = [];
  readFields(bytes, {
    1: (reader) => {
      const op = readOperator(reader.bytes());
      counts.set(op, (counts.get(op) ?? 0) + 1);
    },
    5: (reader) => {
      initialisers.add(readText(reader.bytes(), 8));
    },
    11: (reader) => {
      inputs.push(readValue(reader.bytes()));
    },
    12: (reader) => {
      outputs.push(readValue(reader.bytes()));
    },
  });
  return {
    inputs: inputs.filter((input) => !initialisers.has(input.name)),
    outputs,
    opCounts: Object.fromEntries(counts),
  };
}

function readOperator(bytes: Uint8Array): string {
  const op = readText(bytes, 4);
  const domain = readText(bytes, 7);
  return domain === "" || domain === "ai.onnx" ? op : `${domain}.${op}`;
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let version = 0;
  readFields(bytes, {
    2: (reader) => {
      version = Number(reader.int64());
    },
  });
  return { domain: readText(bytes, 1), version };
}

function readEntry(bytes: Uint8Array): [key: string, value: string] {
  return [readText(bytes, 1), readText(bytes, 2)];
}

/** ValueInfoProto: the name, and TypeProto.tensor_type within the type. */
function readValue(bytes: Uint8Array): TensorSummary {
  let type = "unknown";
  const shape: SummaryDimension[] = [];
  readFields(readMessage(readMessage(bytes, 2), 1), {
    1: (reader) => {
      const number = reader.int32();
      type = ELEMENT_TYPES[number] ?? `type ${number}`;
    },
    2: (reader) => {
      readFields(reader.bytes(), {
        1: (dimension) => {
          shape.push(readDimension(dimension.bytes()));
        },
      });
    },
  });
  return { name: readText(bytes, 1), type, shape };
}

function readDimension(bytes: Uint8Array): SummaryDimension {
  let size: SummaryDimension = "?";
  readFields(bytes, {
    1: (reader) => {
      size = Number(reader.int64());
    },
    2: (reader) => {
      size = reader.string() || "?";
    },
  });
  return size;
}

function readText(bytes: Uint8Array, field: number): string {
  return new TextDecoder().decode(readMessage(bytes, field));
}

/** The last occurrence of a field of bytes, as protobuf wants; empty where there is none. */
function readMessage(bytes: Uint8Array, field: number): Uint8Array {
  let found: Uint8Array = new Uint8Array();
  readFields(bytes, {
    [field]: (reader) => {
      found = reader.bytes();
    },
  });
  return found;
}

/** Walks a message once; fields without a reader are skipped. */
function readFields(
  bytes: Uint8Array,
  fields: Readonly<Record<number, (reader: BinaryReader) => void>>,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < bytes.length) {
    const [field, type] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(type, field);
    else read(reader);
  }
}
