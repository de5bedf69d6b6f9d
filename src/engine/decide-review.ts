import type { ArtifactUUID, TaskUUID } from "../contracts/ids.ts";
import { type Decision, ReviewParameters, type ReviewResult } from "../contracts/review.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { MaskloomError, parseAs } from "../errors.ts";
import { stepsAfter } from "./redo.ts";
import type { RunState, TaskChange, TaskOverride, TaskState } from "./run-state.ts";
import { shiftSeed } from "./seeds.ts";
import { failTask } from "./task-ends.ts";

/** What a person decided, or that nobody did in time. */
export type ReviewDecision =
  /** `image`: what is taken in place of what is shown. */
  | { readonly decision: "accept"; readonly image?: ArtifactUUID | undefined }
  | { readonly decision: "keepOriginal" }
  | { readonly decision: "timeout" }
  | { readonly decision: "reroll"; readonly seed: number; readonly part?: RedonePart | undefined }
  | {
      readonly decision: "editMask";
      readonly maskImage: ArtifactUUID;
      /** What the step begins with, where parts of the picture are to stay as they are shown. */
      readonly seedImage?: ArtifactUUID | undefined;
    };

/** What alone is made again: elements of a list, and those that are left out from now on; or a part of one picture. */
export type RedonePart =
  | {
      readonly kind: "elements";
      readonly again: ReadonlySet<number>;
      readonly left: ReadonlySet<number>;
    }
  | { readonly kind: "picture"; readonly seedImage: ArtifactUUID; readonly maskImage: ArtifactUUID };

/** A task that is done again, with what was chosen for it then; null = what its step says. */
export interface RedoneTask {
  readonly taskUUID: TaskUUID;
  readonly override: TaskOverride | null;
}

/** What follows from a decision: the review ends, or it waits again with what is done again before it. */
export interface DecidedReview {
  readonly changes: readonly TaskChange[];
  readonly redone: readonly RedoneTask[];
}

/** @throws INPUT_INVALID for a decision that this review does not allow */
export function decideReview(
  workflow: Workflow,
  run: RunState,
  task: TaskState,
  decided: ReviewDecision,
): DecidedReview {
  const asked = parseAs(ReviewParameters, task.input, `input of review ${task.taskUUID}`);
  if (decided.decision === "timeout") return { changes: [timedOut(workflow, task, asked)], redone: [] };
  if (!asked.allow.includes(decided.decision)) throw notAllowed(asked.allow, decided.decision);
  if (decided.decision === "reroll" || decided.decision === "editMask")
    return { changes: [], redone: redoneBy(workflow, run, asked, decided) };
  const taken = decided.decision === "accept" ? decided.image : asked.original;
  return { changes: [endReview(task, asked, decided.decision, [], taken)], redone: [] };
}

function endReview(
  { taskUUID, failures, losses }: TaskState,
  { show: [shown], original, maskImage }: ReviewParameters,
  decision: ReviewResult["decision"],
  warnings: readonly string[],
  taken?: ArtifactUUID,
): TaskChange {
  const image = taken ?? (decision === "accept" ? (shown ?? original) : original);
  const output: ReviewResult = { image, maskImage, decision };
  return { taskUUID, status: "succeeded", output, error: null, warnings, failures, losses };
}

function timedOut(workflow: Workflow, task: TaskState, asked: ReviewParameters): TaskChange {
  const { otherwise } = asked;
  const message = `steps.${task.step}: nobody decided within its timeout`;
  if (otherwise === "fail")
    return failTask(workflow, task, asked.original, {
      code: "TIMED_OUT",
      message: `${message}; otherwise: fail`,
    });
  return endReview(task, asked, otherwise, [`${message}; otherwise: ${otherwise}`]);
}

/** The reviewed step with all its elements, and whatever stands on it: the review itself, and other branches as well. */
function redoneBy(
  workflow: Workflow,
  run: RunState,
  { step: reviewed }: ReviewParameters,
  decided: Extract<ReviewDecision, { readonly decision: "reroll" | "editMask" }>,
): readonly RedoneTask[] {
  if (reviewed === null)
    throw new MaskloomError("INTERNAL", "a review without a step that could be done again");
  const after = stepsAfter(workflow, new Set([reviewed]));
  return run.tasks.flatMap((task) => {
    const { taskUUID, step, override = null } = task;
    if (after.has(step)) return [{ taskUUID, override }];
    const chosen = step === reviewed ? chosenFor(task, decided) : null;
    return chosen === null ? [] : [{ taskUUID, override: { ...override, ...chosen } }];
  });
}

/** What is chosen for a task of the reviewed step; null where it is not made again. */
function chosenFor(
  { element }: TaskState,
  decided: Extract<ReviewDecision, { readonly decision: "reroll" | "editMask" }>,
): TaskOverride | null {
  if (decided.decision === "editMask") {
    const { maskImage, seedImage } = decided;
    return { maskImage, ...(seedImage === undefined ? {} : { seedImage }) };
  }
  const { part } = decided;
  const seed = shiftSeed(decided.seed, (element ?? 1) - 1);
  if (part === undefined) return { seed };
  if (part.kind === "picture") return { seed, seedImage: part.seedImage, maskImage: part.maskImage };
  if (element === null) return {}; // the fan-in puts the others together with what is new
  if (part.left.has(element)) return { skip: true };
  return part.again.has(element) ? { seed } : null;
}

function notAllowed(allow: readonly Decision[], decision: Decision): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `decision: expected one of ${allow.join(", ")}, which is what can be decided here, got ${decision}`,
  );
}
