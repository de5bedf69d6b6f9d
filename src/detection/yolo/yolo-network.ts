import type { YoloPipeline } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import type { LoadedModel } from "../../onnx/loaded-model.ts";
import { PYTORCH_IMPORTER_VERSION } from "../../onnx/pytorch/import-pytorch.ts";
import { readOnnxHeader } from "../../onnx/read-onnx.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import { readYoloFacts, type YoloFacts } from "./yolo-facts.ts";
import { toYoloOnnx } from "./yolo-weights.ts";

/** A network that is ready to run, as any thread can be told of it: it takes [3 × height × width] samples of 0–1. */
export interface YoloNetwork {
  readonly model: LoadedModel;
  readonly facts: YoloFacts;
}

/**
 * Loads a YOLO network from an ONNX file as it is, or from a PyTorch checkpoint.
 * Throws MODEL_UNAVAILABLE where the weights are missing, MODEL_UNREADABLE where they are damaged or of another kind.
 * @param detects label of a network of one class that says no name
 */
export async function loadYoloNetwork(
  name: string,
  detects: string,
  { source, labels }: YoloPipeline,
  { pool, readWeights }: DetectionRuntime,
): Promise<YoloNetwork> {
  const convert = async () => await toYoloOnnx(await readWeights(source), name);
  const model = await pool.load({ name, key: yoloNetworkKey(source), convert });
  const facts = readYoloFacts(readOnnxHeader(model.bytes, name), name, { labels, detects });
  return { model, facts };
}

/** What stands for the network as it is run; a file name. */
export function yoloNetworkKey({ sha256 }: YoloPipeline["source"]): string {
  return `${sha256}-yolo-${PYTORCH_IMPORTER_VERSION}`;
}

/** Exports of lower precision hold operators that the runtime has on some processors only, and says so in its own words. */
export function explainYoloFailure(error: unknown, name: string): unknown {
  if (!(error instanceof MaskloomError) || error.code !== "MODEL_UNREADABLE") return error;
  const operator = /Could not find an implementation for (\w+)/.exec(error.message)?.[1];
  if (operator === undefined) return error;
  return unreadableModel(
    name,
    `expected a network that the runtime can run on this machine, got one whose operator ${operator} it cannot run; ` +
      "export it again in single precision (int8=False, half=False)",
    { cause: error },
  );
}
