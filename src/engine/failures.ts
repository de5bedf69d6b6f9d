import type { RetryPolicy } from "../contracts/retry-policy.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { TaskState } from "./run-state.ts";
import { DEFAULT_RETRIES } from "./settle.ts";
import { stepKind } from "./step-kinds.ts";

/** What a failure for good means: the end of the run, a step that is skipped, or one that is missing from a partial run. */
type OnError = "fail" | "skip" | "continue";

/**
 * Where nothing is written, a step's failure ends the run; that of one element of many is left out of it, and what could
 * not be sent anywhere takes no result along.
 */
export function onErrorOf(
  workflow: Workflow,
  { step: id, element }: Pick<TaskState, "step" | "element">,
): OnError {
  const step = workflow.steps.find((candidate) => candidate.id === id);
  const isBeside = element !== null || (step !== undefined && stepKind(step.task).hasEffects === true);
  return step?.onError ?? workflow.defaults?.onError ?? (isBeside ? "continue" : "fail");
}

/** Whether a failed task ends its run. */
export function isFatalFailure(workflow: Workflow, task: TaskState): boolean {
  return task.status === "failed" && onErrorOf(workflow, task) === "fail";
}

export function retryPolicyOf(workflow: Workflow, stepId: string): RetryPolicy {
  const step = workflow.steps.find((candidate) => candidate.id === stepId);
  return step?.retries ?? workflow.defaults?.retries ?? DEFAULT_RETRIES;
}
