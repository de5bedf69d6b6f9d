import type { TaskView } from "../../../../../src/contracts/run.ts";
import type { Crop, TaskCrops } from "../../../../../src/contracts/task-records.ts";
import type { PictureBox } from "../../../api/artifact-path.ts";
import { MISSING_TITLES } from "../../../components/picture/picture-state.ts";
import { fieldOf, textOf } from "../viewer/pictures.ts";

/** A crop as the page shows it. */
export interface ShownCrop {
  readonly title: string;
  readonly crop: Crop;
  readonly task: TaskView;
  /** Where it can be seen in the finished picture; null where it did not get there. */
  readonly place: { readonly artifact: string; readonly box: PictureBox } | null;
}

/** The tasks whose crops are looked at: the one that is opened, the elements of a fan-in, or all of the run's. */
export function cropTasksOf(opened: TaskView | null, tasks: readonly TaskView[]): readonly TaskView[] {
  const isMeant = ({ taskUUID, step }: TaskView) =>
    opened === null || taskUUID === opened.taskUUID || (opened.taskType === "gather" && step === opened.step);
  return tasks.filter((task) => task.taskType === "imageInference" && isMeant(task));
}

/** All crops of these tasks, each with a title that no other one has. */
export function shownCrops(
  tasks: readonly TaskView[],
  answers: readonly (TaskCrops | undefined)[],
): readonly ShownCrop[] {
  const all = tasks.flatMap((task, at) => (answers[at]?.crops ?? []).map((crop) => ({ task, crop })));
  const differs = (read: (one: { task: TaskView; crop: Crop }) => unknown) => new Set(all.map(read)).size > 1;
  const says = {
    step: differs(({ task }) => task.step),
    element: all.some(({ task }) => task.element !== null),
    attempt: differs(({ crop }) => crop.attempt),
    candidate: differs(({ crop }) => crop.candidate),
    tries: differs(({ crop }) => crop.tries),
  };
  return all.map(({ task, crop }) => {
    const words = [
      says.step && task.step,
      says.element && task.element !== null && `element ${task.element}`,
      `region ${crop.region + 1}`,
      says.attempt && `attempt ${crop.attempt}`,
      says.candidate && `candidate ${crop.candidate + 1}`,
      says.tries && `try ${crop.tries}`,
    ];
    const title = words.filter((word) => typeof word === "string").join(", ");
    return { title: title.charAt(0).toUpperCase() + title.slice(1), task, crop, place: placeOf(task, crop) };
  });
}

/** What was not accepted, or belongs to an earlier attempt, is nowhere in a picture. */
function placeOf({ input, output }: TaskView, crop: Crop): ShownCrop["place"] {
  const candidates = fieldOf(output, "candidates");
  const other = Array.isArray(candidates) ? candidates[crop.candidate] : undefined;
  const artifact = crop.candidate === 0 ? textOf(output, ["image"]) : other;
  const isIn =
    crop.candidate === 0 ? crop.quality?.status === "inpainted" : crop.error === null && crop.ms !== null;
  if (typeof artifact !== "string" || !isIn) return null;
  const scale = Number(fieldOf(input, "outputScale") ?? 1);
  const [x0, y0, x1, y1] = crop.box;
  return { artifact, box: [x0 * scale, y0 * scale, x1 * scale, y1 * scale] };
}

/** Why there is no picture of what came back. */
export function whyNothingCame({
  crop: { attempt, ms, error },
  task,
}: Pick<ShownCrop, "crop" | "task">): string {
  if (error !== null) return "Nothing came back";
  if (ms !== null) return MISSING_TITLES.gone;
  return task.endedAt === null && attempt === task.attempts.at(-1)?.number
    ? "Being painted"
    : "Nothing came back";
}
