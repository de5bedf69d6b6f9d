import type { Workflow } from "../contracts/workflow.ts";
import type { ErrorRecord } from "../errors.ts";
import type { TaskChange, TaskState } from "./run-state.ts";
import { imageGiven } from "./scope.ts";
import { failTask } from "./task-ends.ts";

/** What waited for money or for a person goes on, with all its tries. */
export function resumeParked({ taskUUID, input, seed }: TaskState): TaskChange {
  return { taskUUID, status: "queued", input, seed, delayMs: null, error: null, failures: 0, losses: 0 };
}

/** It is given up: a failure for good, as its step has it. */
export function giveUpParked(workflow: Workflow, task: TaskState, error: ErrorRecord): TaskChange {
  return failTask(workflow, task, imageGiven(task), error);
}
