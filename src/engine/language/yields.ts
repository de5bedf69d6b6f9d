import { type ImageInferenceResult, RegionQuality, type TaskType } from "../../contracts/tasks.ts";
import type { WorkflowInput } from "../../contracts/workflow.ts";

/* What expressions can refer to, as data: docs/workflow-language.md, "Expressions". */

export type Kind = "image" | "mask" | "text" | "number" | "boolean" | "list" | "record" | "any";

/** The kind of a value and, where they are known, its fields or its items. */
export interface Yield {
  readonly kind: Kind;
  readonly fields?: Readonly<Record<string, Yield>>;
  readonly items?: Yield;
}

const image: Yield = { kind: "image" };
const mask: Yield = { kind: "mask" };
const text: Yield = { kind: "text" };
const number: Yield = { kind: "number" };
const boolean: Yield = { kind: "boolean" };
export const ANY: Yield = { kind: "any" };
export const recordOf = (fields: Readonly<Record<string, Yield>>): Yield => ({ kind: "record", fields });
const list = (items: Yield): Yield => ({ kind: "list", items });
const fieldsNamed = (names: readonly string[]): Readonly<Record<string, Yield>> =>
  Object.fromEntries(names.map((name) => [name, ANY]));

/** Fields of a detection, which a bare `where` sees as names of their own. */
export const DETECTION_FIELDS: Readonly<Record<string, Yield>> = {
  index: number,
  label: text,
  score: number,
  box: recordOf({ x: number, y: number, width: number, height: number }),
  area: number,
  aspect: number,
  x: number,
  y: number,
  roll: number,
};

const DETECTION = recordOf(DETECTION_FIELDS);

/** With `combine: perDetection` each detection has a mask of its own. */
const MASKED_DETECTION = recordOf({ ...DETECTION_FIELDS, maskImage: mask });

const QUALITY_FIELDS: Readonly<Record<keyof ImageInferenceResult["quality"], Yield>> = {
  regions: list(recordOf(fieldsNamed(Object.keys(RegionQuality.shape)))),
  pixelsChangedOutside: number,
  pixelsChangedInside: number,
};

const EVERY_STEP = { status: text, seconds: number, cost: number };

const STEPS: Readonly<Record<TaskType, Readonly<Record<string, Yield>>>> = {
  imageMasking: {
    maskImage: mask,
    detections: list(DETECTION),
    count: number,
    image,
    fallbackUsed: boolean,
  },
  imageInference: { image, candidates: list(image), NSFWContent: boolean, quality: recordOf(QUALITY_FIELDS) },
  composite: { image, quality: recordOf(QUALITY_FIELDS) },
  resize: { image, width: number, height: number },
  gather: { image, quality: recordOf(QUALITY_FIELDS) },
  upload: { image, url: text },
  webhook: { response: ANY },
  review: { image, maskImage: mask, decision: text },
  use: { image, outputs: ANY },
};

/** What `steps.<id>` of a task yields. `perDetection`: each detection has a mask of its own. */
export function stepYield(task: TaskType, perDetection: boolean): Yield {
  const detections = perDetection ? { detections: list(MASKED_DETECTION) } : {};
  return recordOf({ ...STEPS[task], ...detections, ...EVERY_STEP });
}

const CAMERA_TEXTS = ["make", "model", "lens", "software", "description", "artist", "copyright", "dateTime"];
const CAMERA_NUMBERS = ["orientation", "iso", "exposure", "fNumber", "focalLength", "focalLength35mm"];
const fieldsOf = (names: readonly string[], kind: Yield): Readonly<Record<string, Yield>> =>
  Object.fromEntries(names.map((name) => [name, kind]));

/** What the file of an image input carries beside its pixels; all but the last four may be absent. */
const META = recordOf({
  generator: text,
  prompt: text,
  negativePrompt: text,
  seed: number,
  steps: number,
  sampler: text,
  scheduler: text,
  CFGScale: number,
  strength: number,
  clipSkip: number,
  model: text,
  modelHash: text,
  size: recordOf({ width: number, height: number }),
  notes: list(text),
  exif: recordOf({ ...fieldsOf(CAMERA_TEXTS, text), ...fieldsOf(CAMERA_NUMBERS, number) }),
  width: number,
  height: number,
  name: text,
  folder: text,
});

const INPUTS: Readonly<Record<WorkflowInput["type"], Yield>> = {
  image: { kind: "image", fields: { meta: META } },
  mask,
  text,
  number,
  integer: number,
  boolean,
  choice: ANY,
};

export function inputYield(type: string): Yield {
  return Object.hasOwn(INPUTS, type) ? INPUTS[type as WorkflowInput["type"]] : ANY;
}

export const RUN: Yield = recordOf({ uuid: text, file: text, batch: text });
