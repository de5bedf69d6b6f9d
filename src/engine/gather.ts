import { z } from "zod";
import { ArtifactUUID } from "../contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import { GatherParameters } from "../contracts/tasks.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { parseAs, toErrorRecord } from "../errors.ts";
import { type Deciding, imageFor } from "./decide-task.ts";
import { isFatalFailure } from "./failures.ts";
import { givenMask } from "./given-mask.ts";
import type { TaskChange, TaskState } from "./run-state.ts";
import { plainImage } from "./scope.ts";
import { cancelTask, failTask, skipTask } from "./task-ends.ts";

/**
 * What follows from the elements of a `forEach` step for its fan-in: it waits for all of them, and is given those that
 * succeeded, in the order of the list. Where one ends the run, those that have not begun do not begin.
 */
export function gatherElements(
  at: Deciding,
  step: WorkflowStep,
  gather: TaskState,
  elements: readonly TaskState[],
): TaskChange[] {
  if (elements.some((element) => element.status === "cancelled" || isFatalFailure(at.workflow, element))) {
    const unbegun = elements.filter(({ status }) => status === "queued" || status === "waiting");
    return [gather, ...unbegun].map(cancelTask);
  }
  if (!elements.every((element) => DONE_TASK_STATUSES.has(element.status))) return [];
  const image = imageFor(at, step);
  try {
    const made = elements.flatMap(madeBy);
    if (made.length === 0)
      return [skipTask(gather, image, `none of its elements was made, of ${elements.length}`)];
    const input = parseAs(
      GatherParameters,
      { seedImage: plainImage(image), elements: made },
      `steps.${step.id}`,
    );
    const { taskUUID, seed, failures, losses } = gather;
    return [{ taskUUID, status: "queued", input, seed, delayMs: null, error: null, failures, losses }];
  } catch (error) {
    return [failTask(at.workflow, gather, image, toErrorRecord(error))];
  }
}

const Made = z.object({ image: ArtifactUUID });

/** An element that was skipped or failed leaves its region as it was: there is nothing to gather of it. */
function madeBy(element: TaskState) {
  const { step, status, output } = element;
  if (status !== "succeeded" && status !== "cached") return [];
  const { image } = parseAs(Made, output, `result of an element of steps.${step}`);
  return [{ image, maskImage: givenMask(element) }];
}
