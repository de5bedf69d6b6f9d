import type { TaskUUID } from "../contracts/ids.ts";
import type { TaskStatus } from "../contracts/run.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { stepNeeds } from "./language/references.ts";
import type { RunState } from "./run-state.ts";

/** What of an ended run is done again. */
export interface Redo {
  /** Tasks that wait again, as if they had never been begun. */
  readonly reset: readonly TaskUUID[];
  /** Elements of steps whose list may come out differently now: they are made anew when it is known. */
  readonly remove: readonly TaskUUID[];
}

const RETRIED: ReadonlySet<TaskStatus> = new Set(["failed", "cancelled"]);

/**
 * Retrying: what failed or was cancelled, with whatever stands on it, since that was given something else or nothing
 * at all. Everything else keeps its result.
 * @param only one of the run's tasks; null = all that failed or were cancelled
 */
export function redoFailed(workflow: Workflow, run: RunState, only: TaskUUID | null = null): Redo {
  const retried = run.tasks.filter(
    ({ taskUUID, status }) => RETRIED.has(status) && (only === null || taskUUID === only),
  );
  const steps = new Set(retried.map(({ step }) => step));
  const followers = stepsAfter(workflow, steps);
  const again = new Set(retried.map(({ taskUUID }) => taskUUID));
  const isReset = (task: RunState["tasks"][number]) =>
    again.has(task.taskUUID) || (task.element === null && (steps.has(task.step) || followers.has(task.step)));
  const isRemoved = (task: RunState["tasks"][number]) => task.element !== null && followers.has(task.step);
  const uuids = (tasks: RunState["tasks"]) => tasks.map(({ taskUUID }) => taskUUID);
  return {
    reset: uuids(run.tasks.filter((task) => isReset(task) && !isRemoved(task))),
    remove: uuids(run.tasks.filter(isRemoved)),
  };
}

/** Ids of the steps that need one of these, directly or through others; these themselves only where one needs another. */
export function stepsAfter(workflow: Workflow, ids: ReadonlySet<string>): ReadonlySet<string> {
  const needs = stepNeeds(workflow);
  const after = new Set<string>();
  /* Steps stand in the file after what they need, so one pass sees a whole chain. */
  for (const { id } of workflow.steps) {
    if ((needs.get(id) ?? []).some((needed) => ids.has(needed) || after.has(needed))) after.add(id);
  }
  return after;
}
