import type { TaskUUID } from "../contracts/ids.ts";
import { isJsonObject } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { stepTexts } from "./language/field-texts.ts";
import { readText, stepNeeds } from "./language/references.ts";
import type { ResolvedWorkflow } from "./resolved-workflow.ts";
import type { RunState, TaskState } from "./run-state.ts";

/** Whether a task can be retried: it failed, also where its step says that this is no more than a skip, or was cancelled. */
export function isRetryable({ status, error }: Pick<TaskState, "status" | "error">): boolean {
  return status === "failed" || status === "cancelled" || (status === "skipped" && error !== null);
}

/**
 * What of an ended run is done again when it is retried: what failed or was cancelled, with whatever stands on it, since
 * that was given something else or nothing at all. Everything else keeps its result. Of a fan-out only those elements
 * that failed; all of them where what is before it is done again.
 * @param only one of the run's tasks; null = all that failed or were cancelled
 * @returns tasks that wait again, as if they had never been begun
 */
export function redoFailed(workflow: Workflow, run: RunState, only: TaskUUID | null = null): TaskUUID[] {
  const retried = run.tasks.filter((task) => isRetryable(task) && (only === null || task.taskUUID === only));
  const again = new Set(retried.map(({ taskUUID }) => taskUUID));
  const steps = new Set(retried.map(({ step }) => step));
  const followers = stepsAfter(workflow, steps);
  return run.tasks
    .filter(
      ({ taskUUID, step, element }) =>
        again.has(taskUUID) || followers.has(step) || (element === null && steps.has(step)),
    )
    .map(({ taskUUID }) => taskUUID);
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

/** Ids of the steps in which an expression, their own or one of the defaults, names one of these inputs. */
export function stepsNaming(
  resolved: ResolvedWorkflow,
  workflow: Workflow,
  inputs: ReadonlySet<string>,
): string[] {
  const names = (data: unknown) =>
    isJsonObject(data) &&
    stepTexts(data, []).some((text) => {
      const read = readText(text);
      return (
        read.ok &&
        read.references.some(({ path: [root, name] }) => root === "inputs" && inputs.has(String(name)))
      );
    });
  return workflow.steps
    .filter((step) => names(step) || names(deciding(resolved.steps[step.id])))
    .map(({ id }) => id);
}

/** What the defaults may have given it, too. */
function deciding(step: ResolvedWorkflow["steps"][string] | undefined) {
  if (step === undefined) return null;
  const { fields, providerExpression: provider } = step;
  return provider === undefined ? fields : { ...fields, provider };
}
