import type { AddedSource, DetectorManifest } from "../../contracts/manifest.ts";
import { readYoloFacts } from "../../detection/yolo/yolo-facts.ts";
import { readOnnxHeader } from "../../onnx/read-onnx.ts";

interface AddedFacts {
  readonly id: string;
  /** What the file was called. */
  readonly file: string;
  readonly source: AddedSource;
  readonly labels: readonly string[] | undefined;
  readonly licence: string;
}

/** Where a network of one class says no name. */
const THING = "object";
const SHOWN_LABELS = 5;

/** The manifest of a file that a user brought, from what it says of itself (as ONNX). Throws MODEL_UNREADABLE for what is no such network. */
export function addedManifest(
  onnx: Uint8Array,
  { id, file, source, labels, licence }: AddedFacts,
): DetectorManifest {
  const facts = readYoloFacts(readOnnxHeader(onnx, file), file, { labels, detects: THING });
  const segments = facts.prototypes !== null;
  const shown = facts.labels.slice(0, SHOWN_LABELS).join(", ");
  const more = facts.labels.length > SHOWN_LABELS ? ` and ${facts.labels.length - SHOWN_LABELS} more` : "";
  const [only = THING] = facts.labels;
  return {
    kind: "detector",
    id,
    detects: facts.labels.length === 1 ? only : THING,
    description: `${segments ? "Boxes and masks" : "Boxes"} of ${shown}${more}; from ${file}.`,
    shape: segments ? "segmentation" : "box",
    shapes: segments ? ["box", "ellipse", "hull", "segmentation"] : ["box", "ellipse"],
    pipeline: { kind: "yolo", source, ...(labels === undefined ? {} : { labels: [...labels] }) },
    licence,
  };
}
