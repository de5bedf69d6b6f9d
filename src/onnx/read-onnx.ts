import { MaskloomError } from "../errors.ts";
import { MessageWalk } from "./message-walk.ts";
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

/** Inputs or outputs; networks have a few of each. */
const MAX_VALUES = 1_000;
/** Older files list their weights among the inputs. */
const MAX_LISTED = 100_000;

/**
 * Reads the structure of an ONNX ModelProto (protobuf; field numbers from the public onnx.proto, IR version 8).
 * Throws MODEL_UNREADABLE for bytes that are no ONNX file, and for a damaged or truncated one.
 * @param name shown in errors
 */
export function readOnnxHeader(bytes: Uint8Array, name: string): OnnxHeader {
  return readingOnnx(bytes, name, (walk) => readModel(walk, bytes, name));
}

/** What the protobuf reader throws tells of varints and offsets, which help nobody: here it becomes MODEL_UNREADABLE. */
export function readingOnnx<Result>(
  bytes: Uint8Array,
  name: string,
  read: (walk: MessageWalk) => Result,
): Result {
  const walk = new MessageWalk((most) =>
    unreadableModel(name, `expected a network, got a file of more than ${most} parts`),
  );
  try {
    return read(walk);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    throw notOnnx(bytes, name, error);
  }
}

function notOnnx(bytes: Uint8Array, name: string, cause?: unknown): MaskloomError {
  const fact = `expected an ONNX file, got ${bytes.length} bytes that are none; the file is truncated, damaged or of another format`;
  return unreadableModel(name, fact, { cause });
}

function readModel(walk: MessageWalk, bytes: Uint8Array, name: string): OnnxHeader {
  let producer = "";
  let opset: number | null = null;
  const metadata: [string, string][] = [];
  walk.fields(bytes, {
    2: (reader) => {
      producer = reader.string();
    },
    8: (reader) => {
      const { domain, version } = readOpset(walk, reader.bytes());
      if (domain === "" || domain === "ai.onnx") opset = version;
    },
    14: (reader) => {
      const entry = reader.bytes();
      metadata.push([walk.text(entry, 1), walk.text(entry, 2)]);
    },
  });
  const graph = walk.message(bytes, 7);
  if (graph.length === 0) throw notOnnx(bytes, name);
  const { inputs, outputs, opCounts } = readGraph(walk, graph, name);
  if (outputs.length === 0) throw unreadableModel(name, "expected a graph with outputs, got one without");
  return { inputs, outputs, metadata: Object.fromEntries(metadata), opCounts, opset, producer };
}

function readGraph(
  walk: MessageWalk,
  bytes: Uint8Array,
  name: string,
): Pick<OnnxHeader, "inputs" | "outputs" | "opCounts"> {
  const counts = new Map<string, number>();
  const initialisers = new Set<string>();
  const [inputs, outputs]: [Uint8Array[], Uint8Array[]] = [[], []];
  walk.fields(bytes, {
    1: (reader) => {
      const op = readOperator(walk, reader.bytes());
      counts.set(op, (counts.get(op) ?? 0) + 1);
    },
    5: (reader) => {
      initialisers.add(walk.text(reader.bytes(), 8));
    },
    11: (reader) => {
      requireAtMost(MAX_LISTED, inputs.push(reader.bytes()), "inputs", name);
    },
    12: (reader) => {
      requireAtMost(MAX_VALUES, outputs.push(reader.bytes()), "outputs", name);
    },
  });
  const given = inputs.filter((input) => !initialisers.has(walk.text(input, 1)));
  requireAtMost(MAX_VALUES, given.length, "inputs", name);
  return {
    inputs: given.map((input) => readValue(walk, input)),
    outputs: outputs.map((output) => readValue(walk, output)),
    opCounts: Object.fromEntries(counts),
  };
}

function readOperator(walk: MessageWalk, bytes: Uint8Array): string {
  const op = walk.text(bytes, 4);
  const domain = walk.text(bytes, 7);
  return domain === "" || domain === "ai.onnx" ? op : `${domain}.${op}`;
}

function readOpset(walk: MessageWalk, bytes: Uint8Array): { domain: string; version: number } {
  let version = 0;
  walk.fields(bytes, {
    2: (reader) => {
      version = Number(reader.int64());
    },
  });
  return { domain: walk.text(bytes, 1), version };
}

function requireAtMost(most: number, count: number, what: string, name: string): void {
  if (count > most) throw unreadableModel(name, `expected ${most} ${what} at most, got more`);
}

/** ValueInfoProto: the name, and TypeProto.tensor_type within the type. */
function readValue(walk: MessageWalk, bytes: Uint8Array): TensorSummary {
  let type = "unknown";
  const shape: SummaryDimension[] = [];
  const tensor = walk.message(walk.message(bytes, 2), 1);
  walk.fields(tensor, {
    1: (reader) => {
      const number = reader.int32();
      type = ELEMENT_TYPES[number] ?? `type ${number}`;
    },
  });
  for (const dimension of walk.repeated(walk.message(tensor, 2), 1)) {
    shape.push(readDimension(walk, dimension));
  }
  return { name: walk.text(bytes, 1), type, shape };
}

function readDimension(walk: MessageWalk, bytes: Uint8Array): SummaryDimension {
  let size: SummaryDimension = "?";
  walk.fields(bytes, {
    1: (reader) => {
      size = Number(reader.int64());
    },
    2: (reader) => {
      size = reader.string() || "?";
    },
  });
  return size;
}
