import { MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import { encodeGraph, encodeMetadata } from "../writer/encode-graph.ts";
import { createGraphBuilder } from "../writer/graph-builder.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { findModel } from "./find-model.ts";
import { createLayerContext } from "./layers/layer-context.ts";
import { LAYERS } from "./layers/layer-table.ts";
import { emitYolo } from "./yolo-graph.ts";
import { yoloMetadata } from "./yolo-metadata.ts";

/** Part of every cache key: a change of what the importer writes must change it. */
export const PYTORCH_IMPORTER_VERSION = 1;

/**
 * Converts a checkpoint of YOLOv8 or YOLO11 that detects or segments (a .pt file as Ultralytics saves it) into the
 * bytes of an ONNX model, without Python and without running anything of the file.
 *
 * Input `images` is float32 [1, 3, height, width], RGB of 0–1, of any size in whole strides; outputs and metadata are
 * those of Ultralytics' own exports (yolo-head.ts, yolo-metadata.ts). Weights become singles.
 * Throws MODEL_UNREADABLE for files that are damaged, hostile, or of another kind.
 * @param name shown in errors
 */
export async function importPytorch(bytes: Uint8Array, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const model = findModel(await openCheckpoint(bytes, name), name);
    const graph = createGraphBuilder(name);
    const head = emitYolo(createLayerContext(graph, LAYERS), model);
    const metadata = Object.entries(yoloMetadata(model, head));
    const parts = [encodeGraph(graph.build()), ...metadata.map(([key, value]) => encodeMetadata(key, value))];
    return join(parts);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    throw unreadableModel(name, "the checkpoint cannot be read; it is damaged, or of a kind we do not know", {
      cause: error,
    });
  }
}

/** Protobuf lets repeated fields follow a finished message. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
