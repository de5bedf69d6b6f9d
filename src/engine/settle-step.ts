import type { Workflow } from "../contracts/workflow.ts";
import { decideTask } from "./decide-task.ts";
import { retryPolicyOf } from "./failures.ts";
import { elementScope, listOf } from "./fan-out.ts";
import { type ResolvedWorkflow, resolvedStep } from "./resolved-workflow.ts";
import type { Outcome, RunState, TaskChange, TaskState } from "./run-state.ts";
import { buildScope, imageGiven } from "./scope.ts";
import { settleTask } from "./settle.ts";
import { failTask } from "./task-ends.ts";

/**
 * What becomes of a running task after one attempt, as its step has it: tried again, moved to the step's `fallback` where
 * it failed for good, and where it fails there as well, whatever `onError` says.
 * @param random in [0, 1): spreads retries of many tasks over half of the delay.
 */
export function settleStep(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  task: TaskState,
  outcome: Outcome,
  random: number,
): TaskChange {
  const change = settleTask(task, outcome, retryPolicyOf(workflow, task.step), random);
  if (change.status === "queued") return change;
  const moved = movedBefore(resolved, task);
  if (change.status !== "failed" || change.error === null) {
    return moved === null ? change : { ...change, warnings: [moved, ...change.warnings] };
  }
  if (moved === null) {
    const again = moveTask(workflow, resolved, run, task);
    if (again !== null) return again;
  }
  const { failures, losses } = change;
  const end = failTask(workflow, { ...task, failures, losses }, imageGiven(task), change.error);
  return moved === null ? end : { ...end, warnings: [moved, ...end.warnings] };
}

/** Says that the task was moved to the fallback; null where it is where it was meant to be. */
function movedBefore(resolved: ResolvedWorkflow, task: TaskState): string | null {
  if (task.taskType === "gather") return null;
  const { fallback, provider, model } = resolvedStep(resolved, task.step);
  if (fallback === undefined || task.provider !== fallback.provider || task.model !== fallback.model)
    return null;
  const meant = model === null ? "the model that it was meant for" : `${model} (${provider})`;
  return `moved to the fallback ${fallback.model} (${fallback.provider}), since it failed for good with ${meant}`;
}

/** The task at its step's fallback, with all its tries; null where there is none, or where it has nothing to do there. */
function moveTask(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  task: TaskState,
): TaskChange | null {
  const step = workflow.steps.find((candidate) => candidate.id === task.step);
  if (step === undefined || task.taskType === "gather") return null;
  const { fallback } = resolvedStep(resolved, step.id);
  if (fallback === undefined) return null;
  const scope = buildScope(run);
  const list = task.element === null ? null : listOf(step, scope);
  const item = Array.isArray(list) && task.element !== null ? list[task.element - 1] : undefined;
  const seen = task.element === null ? scope : elementScope({ scope }, step, item, task.element);
  const fresh = { ...task, failures: 0, losses: 0 };
  const change = decideTask({ workflow, resolved, scope: seen }, step, fresh, fallback);
  return change.status === "queued" ? change : null;
}
