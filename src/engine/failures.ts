import type { Workflow } from "../contracts/workflow.ts";
import type { RetryPolicy } from "../contracts/workflow-step.ts";
import type { TaskState } from "./run-state.ts";
import { DEFAULT_RETRIES } from "./settle.ts";

/** Whether a failed task ends its run: it does unless its step says `onError: skip` or `continue`. */
export function isFatalFailure(workflow: Workflow, task: TaskState): boolean {
  if (task.status !== "failed") return false;
  const step = workflow.steps.find((candidate) => candidate.id === task.step);
  return (step?.onError ?? workflow.defaults?.onError ?? "fail") === "fail";
}

export function retryPolicyOf(workflow: Workflow, stepId: string): RetryPolicy {
  const step = workflow.steps.find((candidate) => candidate.id === stepId);
  return step?.retries ?? workflow.defaults?.retries ?? DEFAULT_RETRIES;
}
