import type { Detection } from "../contracts/detection.ts";
import { ImageInferenceResult, ImageMaskingResult } from "../contracts/tasks.ts";
import type { Scope } from "./language/value.ts";
import type { RunState, TaskState } from "./run-state.ts";
import { stepKind } from "./step-kinds.ts";

/* What expressions can see. A field that a skipped step cannot have is left out (absent), which is not the same as null. */

/** The names that the fields of the step may refer to: its run, the inputs, and the steps that are done. */
export function buildScope(run: RunState): Scope {
  const steps: Record<string, Scope> = {};
  for (const task of run.tasks) {
    if (task.element === null) steps[task.step] = stepScope(task, elementsOf(run, task));
  }
  return {
    inputs: run.inputs,
    run: { uuid: run.runUUID, file: run.file, batch: run.batchUUID },
    steps,
  };
}

/** Of a `forEach` step, whose fan-in is given, in the order of its list. */
export function elementsOf(run: RunState, { taskType, step }: TaskState): readonly TaskState[] {
  if (taskType !== "gather") return [];
  const elements = run.tasks.filter((task) => task.step === step && task.element !== null);
  return elements.toSorted((a, b) => (a.element ?? 0) - (b.element ?? 0));
}

/** @param elements of a `forEach` step, of which `task` is the fan-in */
function stepScope(task: TaskState, elements: readonly TaskState[]): Scope {
  const all = [task, ...elements];
  const facts = {
    status: task.status,
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    cost: all.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
  };
  const output = isRecord(task.output) ? task.output : {};
  if (task.status === "failed") {
    const image = imageGiven(task) ?? output["image"];
    return image === undefined ? facts : { image, ...facts };
  }
  if (task.taskType === "gather")
    return { ...withoutNull(output), ...joinedQuality(output, elements), ...facts };
  if (task.taskType !== "imageMasking") return { ...withoutNull(output), ...facts };
  const masking = ImageMaskingResult.safeParse(output);
  if (!masking.success) return { ...withoutNull(output), ...facts };
  const { width, height, detections } = masking.data;
  return {
    ...withoutNull(masking.data),
    detections: detections.map((detection, at) => describeDetection(detection, at + 1, { width, height })),
    ...facts,
  };
}

/** What was measured of each element's regions, with the pixel counts of the picture that they were joined to. */
function joinedQuality(output: Scope, elements: readonly TaskState[]): Scope {
  const qualities = elements.flatMap(
    ({ output: own }) => ImageInferenceResult.safeParse(own).data?.quality ?? [],
  );
  if (qualities.length === 0) return {};
  const counts = isRecord(output["quality"]) ? output["quality"] : {};
  return { quality: { ...counts, regions: qualities.flatMap(({ regions }) => regions) } };
}

/** The image that a task was given: a step that failed and does not end the run hands it on. */
export function imageGiven(task: Pick<TaskState, "taskType" | "input">): unknown {
  const { inputField } = stepKind(task.taskType);
  return inputField !== null && isRecord(task.input) ? task.input[inputField] : undefined;
}

/** Decimals of pixels, and of degrees. */
const PLACE_DIGITS = 3;
/** Decimals of scores, of places as shares of the picture, and of proportions. */
const SHARE_DIGITS = 5;
/** Digits that count, of the area: a far face is a millionth of its picture. */
const AREA_DIGITS = 6;

/**
 * A detection as docs/workflow-language.md describes it; area, x and y are shares of the picture. Rounded: what is
 * computed with it and what is given out have no digits that only say how a machine counts.
 */
export function describeDetection(
  detection: Detection,
  index: number,
  image: { width: number; height: number },
): Scope {
  const [x0, y0, x1, y1] = detection.box;
  const width = x1 - x0;
  const height = y1 - y0;
  return {
    index,
    label: detection.label,
    score: detection.score === null ? null : roundTo(detection.score, SHARE_DIGITS),
    box: {
      x: roundTo(x0, PLACE_DIGITS),
      y: roundTo(y0, PLACE_DIGITS),
      width: roundTo(width, PLACE_DIGITS),
      height: roundTo(height, PLACE_DIGITS),
    },
    area: Number(((width * height) / (image.width * image.height)).toPrecision(AREA_DIGITS)),
    aspect: height === 0 ? 0 : roundTo(width / height, SHARE_DIGITS),
    x: roundTo((x0 + x1) / 2 / image.width, SHARE_DIGITS),
    y: roundTo((y0 + y1) / 2 / image.height, SHARE_DIGITS),
    roll: detection.roll === undefined ? null : roundTo(detection.roll, PLACE_DIGITS),
    ...(detection.maskImage === undefined ? {} : { maskImage: detection.maskImage }),
  };
}

function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0; // never -0
}

function withoutNull(values: Scope): Scope {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** An image input carries its metadata beside its UUID; tasks and outputs hold the UUID alone. */
export function plainImage(value: unknown): unknown {
  return isRecord(value) && typeof value["uuid"] === "string" ? value["uuid"] : value;
}

function isRecord(value: unknown): value is Scope {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
