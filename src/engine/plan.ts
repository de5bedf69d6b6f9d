import type { TaskUUID } from "../contracts/ids.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { type ResolvedWorkflow, resolvedStep } from "./resolve.ts";
import type { PlannedTask } from "./run-state.ts";

/** Seeds that every provider takes and every JSON parser keeps: 1 … 2^32 − 1. */
const MAX_SEED = 2 ** 32 - 1;

/**
 * The tasks of a new run, one per step. Seeds are chosen here and stored, so that a retry repeats the same picture.
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
    return {
      taskUUID: newTaskUUID(),
      step: step.id,
      element: null,
      taskType: step.task,
      queue,
      provider,
      model,
      seed: seeded ? 1 + Math.floor(random() * MAX_SEED) : null,
    };
  });
}
