import type { TaskUUID } from "../contracts/ids.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { type ResolvedWorkflow, resolvedStep } from "./resolve.ts";
import type { PlannedTask } from "./run-state.ts";
import { randomSeed, shiftSeed } from "./seeds.ts";
import { stepKind } from "./step-kinds.ts";

/**
 * The tasks of a new run, one per step: of a `forEach` step the fan-in, whose seed is that of its first element. Seeds are
 * chosen here and stored, so that a retry repeats the same picture.
 * @param random in [0, 1)
 */
export function planRun(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  newTaskUUID: () => TaskUUID,
  random: () => number,
): PlannedTask[] {
  return workflow.steps.map((step) => {
    const { queue, provider, model, seeded } = resolvedStep(resolved, step.id);
    const place = step.forEach === undefined ? { queue, provider, model } : gatherPlace();
    return {
      taskUUID: newTaskUUID(),
      step: step.id,
      element: null,
      taskType: step.forEach === undefined ? step.task : "gather",
      ...place,
      seed: seeded ? randomSeed(random()) : null,
    };
  });
}

/** One element of a `forEach` step, once its list is known; chance has chosen the first one's seed with the fan-in. */
export function planElement(
  step: WorkflowStep,
  resolved: ResolvedWorkflow,
  gather: Pick<PlannedTask, "seed">,
  taskUUID: TaskUUID,
  element: number,
): PlannedTask {
  const { queue, provider, model } = resolvedStep(resolved, step.id);
  const seed = gather.seed === null ? null : shiftSeed(gather.seed, element - 1);
  return { taskUUID, step: step.id, element, taskType: step.task, queue, provider, model, seed };
}

function gatherPlace() {
  return { queue: stepKind("gather").queue("local"), provider: null, model: null };
}
