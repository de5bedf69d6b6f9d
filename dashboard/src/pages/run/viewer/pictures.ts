import type { Detection } from "../../../../../src/contracts/detection.ts";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import type { ImageInferenceResult, RegionQuality } from "../../../../../src/contracts/tasks.ts";

/** What there is to see of a run or of one of its tasks. */
export interface Pictures {
  readonly before: string | null;
  /** Null where nothing came out (yet), or what came out is what went in. */
  readonly after: string | null;
  readonly mask: string | null;
  readonly detections: readonly Detection[];
  readonly quality: ImageInferenceResult["quality"] | null;
  /** UUID of the task that the numbers are of; its regions are in pixels of the picture that it was given. */
  readonly measuredBy: string | null;
  /** Those of its regions that are in pixels of `before`. */
  readonly regions: readonly RegionQuality[];
}

/** The names by which tasks refer to the picture they are given, and to the mask. */
const GIVEN = ["seedImage", "inputImage", "image", "base"];
const MASKS = ["maskImage", "mask"];

export function picturesOfTask(task: TaskView, tasks: readonly TaskView[]): Pictures {
  const before = textOf(task.input, GIVEN) ?? textOf(task.output, GIVEN);
  const made = textOf(task.output, ["image"]);
  const mask = textOf(task.output, ["maskImage"]) ?? textOf(task.input, MASKS);
  return {
    before,
    after: made === before ? null : made,
    mask,
    detections: detectionsOf(task) ?? foundFor(mask, before, tasks),
    ...measuresOf(task, before),
  };
}

export function picturesOfRun(run: RunDetail): Pictures {
  const { input, mask, output } = run.pictures;
  /* What a skipped step hands on is not of its making. */
  const last = run.tasks.findLast(
    (task) => textOf(task.output, ["image"]) === output && qualityOf(task) !== null,
  );
  return {
    before: input,
    after: output === input ? null : output,
    mask,
    detections: run.tasks.flatMap((task) =>
      textOf(task.input, GIVEN) === input ? (detectionsOf(task) ?? []) : [],
    ),
    ...(last === undefined ? UNMEASURED : measuresOf(last, input)),
  };
}

/** What a step shows of itself in a graph or a strip of pictures: the picture it made, or the mask. */
export function faceOf(task: TaskView): { readonly artifact: string; readonly mask: string | null } | null {
  const image = textOf(task.output, ["image"]) ?? textOf(task.input, GIVEN);
  if (image === null) return null;
  return { artifact: image, mask: textOf(task.output, ["maskImage"]) };
}

const UNMEASURED = { quality: null, measuredBy: null, regions: [] };

function measuresOf(
  task: TaskView,
  before: string | null,
): Pick<Pictures, "quality" | "measuredBy" | "regions"> {
  const quality = qualityOf(task);
  if (quality === null) return UNMEASURED;
  const regions = textOf(task.input, GIVEN) === before ? quality.regions : [];
  return { quality, measuredBy: task.taskUUID, regions };
}

/** The detections that a mask was made of, or all that were made on the same picture. */
function foundFor(mask: string | null, image: string | null, tasks: readonly TaskView[]) {
  const isOf = (task: TaskView) =>
    mask === null ? textOf(task.input, GIVEN) === image : textOf(task.output, ["maskImage"]) === mask;
  return tasks.flatMap((task) => (isOf(task) ? (detectionsOf(task) ?? []) : []));
}

function detectionsOf({ output }: TaskView): readonly Detection[] | null {
  const found = fieldOf(output, "detections");
  return Array.isArray(found) ? (found as readonly Detection[]) : null;
}

function qualityOf({ output }: TaskView): Pictures["quality"] {
  const quality = fieldOf(output, "quality");
  return typeof quality === "object" && quality !== null ? (quality as Pictures["quality"]) : null;
}

export function textOf(data: unknown, names: readonly string[]): string | null {
  const found = names.map((name) => fieldOf(data, name)).find((value) => typeof value === "string");
  return typeof found === "string" ? found : null;
}

export function fieldOf(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}
