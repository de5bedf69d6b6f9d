import type { YoloPipeline } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import { PYTORCH_IMPORTER_VERSION } from "../../onnx/pytorch/import-pytorch.ts";
import { readOnnxHeader } from "../../onnx/read-onnx.ts";
import type { Tensor, Tensors } from "../../onnx/tensor.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import type { DetectionRuntime } from "../detection-runtime.ts";
import type { Prototypes } from "./prototype-mask.ts";
import { readYoloFacts, type YoloFacts } from "./yolo-facts.ts";
import type { YoloLetterbox } from "./yolo-letterbox.ts";
import { toYoloOnnx } from "./yolo-weights.ts";

/** What one run answers. */
export interface YoloAnswer {
  /** Rows of `columns` numbers each: centre x, centre y, width, height, one score for each class, mask coefficients. */
  readonly values: Float32Array;
  readonly columns: number;
  /** Null where the network detects only. */
  readonly prototypes: Prototypes | null;
}

/** A network that is ready to run. */
export interface YoloNetwork {
  readonly facts: YoloFacts;
  /** @param samples [3 × height × width] of 0–1 in the size of the letterbox; given away, not to be used afterwards */
  run(
    samples: Float32Array<ArrayBuffer>,
    letterbox: YoloLetterbox,
    signal: AbortSignal | undefined,
  ): Promise<YoloAnswer>;
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
  return {
    facts,
    async run(data, { width, height }, signal) {
      const image = { type: "float32", dims: [1, 3, height, width], data } as const;
      const { outputs } = await pool.run(model, { [facts.input]: image }, signal).catch((error: unknown) => {
        throw explain(error, name);
      });
      return readAnswer(outputs, facts, name);
    },
  };
}

/** What stands for the network as it is run; a file name. */
export function yoloNetworkKey({ sha256 }: YoloPipeline["source"]): string {
  return `${sha256}-yolo-${PYTORCH_IMPORTER_VERSION}`;
}

function readAnswer(outputs: Tensors, facts: YoloFacts, name: string): YoloAnswer {
  const { boxes, labels } = facts;
  const prototypes = facts.prototypes === null ? null : prototypesOf(outputs[facts.prototypes]);
  const tensor = outputs[boxes];
  const [batch, rows = 0, columns = 0] = tensor?.dims ?? [];
  const expected = 4 + labels.length + (prototypes?.channels ?? 0);
  if (tensor?.type === "float32" && batch === 1 && rows === expected) {
    return { values: tensor.data, columns, prototypes };
  }
  throw unreadableModel(
    name,
    `expected ${boxes} of float32 [1, ${expected}, columns]: a box, ${labels.length} classes, ${prototypes?.channels ?? 0} mask coefficients; ` +
      `got ${tensor?.type ?? "none"} [${tensor?.dims.join(", ") ?? ""}]`,
  );
}

function prototypesOf(tensor: Tensor | undefined): Prototypes | null {
  if (tensor?.type !== "float32") return null;
  const [, channels = 0, height = 0, width = 0] = tensor.dims;
  return { channels, height, width, data: tensor.data };
}

/** Exports of lower precision hold operators that the runtime has on some processors only, and says so in its own words. */
function explain(error: unknown, name: string): unknown {
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
