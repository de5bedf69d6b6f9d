import type { MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { ModuleRecord } from "./module-record.ts";
import { describeValue, isRecord, type PickleObject, type PickleValue } from "./pickle/pickle-value.ts";

/** Modules of code in which models of other families live, and what they are. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^models\.(yolo|common)/, "a YOLOv5 or YOLOv7 model of its authors' own code"],
  [/^(yolov5|yolov6|yolox|nanodet|mmdet)\b/, "a detector of another family"],
  [/^(torchvision|timm|transformers|segment_anything|sam2)\b/, "a model of another library"],
];

const ADVICE = "choose a model of YOLOv8 or YOLO11 that detects or segments, or export yours to ONNX";

/**
 * The model within a checkpoint: its averaged weights (`ema`) where it has them, as Ultralytics chooses too.
 * Throws MODEL_UNREADABLE where there are only weights, or a model of another family.
 */
export function findModel(checkpoint: Checkpoint, name: string): ModuleRecord {
  const record = modelOf(checkpoint.root, name);
  const code = isRecord(record.type, "global") ? record.type.module : "";
  if (!code.startsWith("ultralytics.")) {
    const family = FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
    throw refused(name, `${family ?? "a model of another kind"} (${describeValue(record)})`);
  }
  return new ModuleRecord(checkpoint, record, name, "model");
}

function modelOf(root: PickleValue, name: string): PickleObject {
  const found = isRecord(root, "dict")
    ? (root.entries.get("ema") ?? root.entries.get("model") ?? root)
    : root;
  if (isRecord(found, "object")) return found;
  if (isRecord(found, "dict") && holdsTensors(found.entries)) {
    throw refused(name, "weights alone, without the network (a state dict)");
  }
  throw refused(name, `a checkpoint without a model: ${describeValue(found)}`);
}

/**
 * A state dict, or one within a dict of training (`state_dict`, `model_state_dict`). A dict that comes again and again
 * is looked at once: a small file can have one of 100 000 entries 100 000 times.
 */
function holdsTensors(entries: ReadonlyMap<PickleValue, PickleValue>): boolean {
  return [...new Set(entries.values())].some(
    (value) =>
      isRecord(value, "tensor") ||
      (isRecord(value, "dict") && [...value.entries.values()].some((inner) => isRecord(inner, "tensor"))),
  );
}

function refused(name: string, got: string): MaskloomError {
  return unreadableModel(
    name,
    `expected a checkpoint of Ultralytics' YOLOv8 or YOLO11, got ${got}; ${ADVICE}`,
  );
}
