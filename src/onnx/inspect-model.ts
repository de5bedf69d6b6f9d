import type { ModelSummary, TensorSummary } from "./model-summary.ts";
import { describeForeign } from "./pytorch/foreign-format.ts";
import { ONNX_MARK, readOnnxHeader } from "./read-onnx.ts";
import { KNOWN_OPERATORS } from "./tflite/operator-table.ts";
import { readTflite, type TfliteModel } from "./tflite/tflite-model.ts";
import { unreadableModel } from "./unreadable-model.ts";

/** What is longer is no note, but data. */
const LONGEST_TEXT = 4096;

/**
 * What a TFLite or ONNX file says of itself; the format is told by the bytes. Nothing is converted or run.
 * Throws MODEL_UNREADABLE for other files, and for damaged ones.
 * @param name shown in errors
 */
export function inspectModel(bytes: Uint8Array, name: string): ModelSummary {
  const mark = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  if (mark.endsWith("TFL3")) return summarizeTflite(readTflite(bytes, name), bytes.length);
  if (mark.startsWith("PK")) {
    throw unreadableModel(name, "expected a TFLite or ONNX file, got a zip, as PyTorch checkpoints are");
  }
  if (bytes[0] !== ONNX_MARK) {
    throw unreadableModel(
      name,
      `expected a TFLite, ONNX or PyTorch (.pt) file, got ${describeForeign(bytes)}`,
    );
  }
  const { inputs, outputs, metadata, opCounts, opset, producer } = readOnnxHeader(bytes, name);
  return {
    format: "onnx",
    bytes: bytes.length,
    version: opset,
    producer,
    inputs,
    outputs,
    operators: byFrequency(new Map(Object.entries(opCounts))),
    unsupported: [],
    metadata,
  };
}

function summarizeTflite(model: TfliteModel, bytes: number): ModelSummary {
  const counts = new Map<string, number>();
  for (const { name } of model.operators) counts.set(name, (counts.get(name) ?? 0) + 1);
  const texts = model.metadata.flatMap(({ name, data }) => {
    const text = textOf(data);
    return text === null ? [] : [[name, text] as const];
  });
  return {
    format: "tflite",
    bytes,
    version: 3,
    producer: model.description,
    inputs: tensorsOf(model, model.inputs),
    outputs: tensorsOf(model, model.outputs),
    operators: byFrequency(counts),
    unsupported: [...counts.keys()].filter((name) => !KNOWN_OPERATORS.includes(name)),
    metadata: Object.fromEntries(texts),
  };
}

function tensorsOf({ tensors }: TfliteModel, indices: readonly number[]): TensorSummary[] {
  return indices.flatMap((index) => {
    const tensor = tensors[index];
    return tensor === undefined ? [] : [{ name: tensor.name, type: tensor.type, shape: tensor.shape }];
  });
}

function byFrequency(counts: ReadonlyMap<string, number>): { name: string; count: number }[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

/** Bytes as text, without the zeros that end it in C; null where they are none. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > LONGEST_TEXT) return null;
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end));
    return /[^\P{Cc}\s]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
