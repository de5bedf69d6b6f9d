import type { Workflow } from "../contracts/workflow.ts";
import type { ErrorRecord } from "../errors.ts";
import { onErrorOf } from "./failures.ts";
import type { TaskEnd, TaskState } from "./run-state.ts";
import { plainImage } from "./scope.ts";

/* How a task ends without being executed, or without a result. */

/**
 * A skipped step yields its input image, so that a chain never breaks.
 * @param image what the input came to; anything but the UUID of an image is nothing
 */
export function skipTask(task: TaskState, image: unknown, reason: string): TaskEnd {
  return { ...endTask(task, "skipped"), output: imageOutput(image), warnings: [`skipped: ${reason}`] };
}

export function cancelTask(task: TaskState): TaskEnd {
  return endTask(task, "cancelled");
}

/** A failure for good as `onError` has it: what ends no run is told by a warning, since nobody looks for an error there. */
export function failTask(workflow: Workflow, task: TaskState, image: unknown, error: ErrorRecord): TaskEnd {
  const reason = `after ${error.code}: ${error.message}`;
  const how = onErrorOf(workflow, task);
  if (how === "skip") return { ...skipTask(task, image, reason), error };
  const failed = { ...endTask(task, "failed"), error };
  if (how === "fail") return failed;
  const place = task.element === null ? task.step : `${task.step}[${task.element}]`;
  return { ...failed, output: imageOutput(image), warnings: [`went on without ${place} ${reason}`] };
}

function imageOutput(image: unknown): { readonly image: string } | null {
  const plain = plainImage(image);
  return typeof plain === "string" ? { image: plain } : null;
}

function endTask(task: TaskState, status: "skipped" | "failed" | "cancelled"): TaskEnd {
  const { taskUUID, failures, losses } = task;
  return { taskUUID, status, output: null, error: null, warnings: [], failures, losses };
}
