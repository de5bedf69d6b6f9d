import type { Workflow } from "../contracts/workflow.ts";
import type { RetryPolicy } from "../contracts/workflow-step.ts";
import type { TaskState } from "./run-state.ts";
import { DEFAULT_RETRIES } from "./settle.ts";

/** What a failure for good means: the end of the run, a step that is skipped, or one that is missing from a partial run. */
type OnError = "fail" | "skip" | "continue";

/** Where nothing is written, a step's failure ends the run, and that of one element of many is left out of it. */
export function onErrorOf(
  workflow: Workflow,
  { step: id, element }: Pick<TaskState, "step" | "element">,
): OnError {
  const step = workflow.steps.find((candidate) => candidate.id === id);
  return step?.onError ?? workflow.defaults?.onError ?? (element === null ? "fail" : "continue");
}

/** Whether a failed task ends its run. */
export function isFatalFailure(workflow: Workflow, task: TaskState): boolean {
  return task.status === "failed" && onErrorOf(workflow, task) === "fail";
}

export function retryPolicyOf(workflow: Workflow, stepId: string): RetryPolicy {
  const step = workflow.steps.find((candidate) => candidate.id === stepId);
  return step?.retries ?? workflow.defaults?.retries ?? DEFAULT_RETRIES;
}
