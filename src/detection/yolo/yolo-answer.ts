import type { Tensor, Tensors } from "../../onnx/tensor.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import type { Prototypes } from "./prototype-mask.ts";
import type { YoloFacts } from "./yolo-facts.ts";

/** What one run answers. */
export interface YoloAnswer {
  /** Rows of `columns` numbers each: centre x, centre y, width, height, one score for each class, mask coefficients. */
  readonly values: Float32Array;
  readonly columns: number;
  /** Null where the network detects only. */
  readonly prototypes: Prototypes | null;
}

/** Throws MODEL_UNREADABLE where the outputs are not what the facts promise. */
export function readYoloAnswer(outputs: Tensors, facts: YoloFacts, name: string): YoloAnswer {
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
