import type { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { stepsAfter } from "../../engine/redo.ts";
import type { ResolvedWay, ResolvedWorkflow } from "../../engine/resolved-workflow.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { type Actor, notThere } from "./actor.ts";
import { beginDerivedRun, type DeriveServices, loadOriginal } from "./derive.ts";

/* Another throw of the dice: a new run with new seeds from a step on, also where the workflow gives that step a seed. */

/**
 * @param from id of the step; without it, the first that draws by a seed
 * @returns the new run
 * @throws NOT_FOUND, CONFLICT as loadOriginal; INPUT_INVALID for a step that the workflow does not have
 */
export async function rerollRun(
  services: DeriveServices,
  actor: Actor,
  runUUID: RunUUID,
  from?: string,
): Promise<RunUUID> {
  return reroll(services, actor, runUUID, { from, element: null });
}

/** From the step of a task on; of an element of a fan-out only that one, with what stands on it. */
export async function rerollTask(
  services: DeriveServices,
  actor: Actor,
  taskUUID: TaskUUID,
): Promise<RunUUID> {
  const place = await findTaskPlace(services.store.db, actor.owner, taskUUID);
  if (place === null) throw notThere("task", taskUUID);
  return reroll(services, actor, place.runUUID, { from: place.step, element: place.element });
}

interface Start {
  readonly from: string | undefined;
  readonly element: number | null;
}

async function reroll(
  services: DeriveServices,
  actor: Actor,
  runUUID: RunUUID,
  { from, element }: Start,
): Promise<RunUUID> {
  const original = await loadOriginal(services, actor, runUUID);
  const { workflow, workflowDigest, resolved } = await services.store.batchContext(original.batchUUID);
  const first = from === undefined ? firstSeeded(workflow, resolved) : checkStep(workflow, from);
  const after = stepsAfter(workflow, new Set([first]));
  const isRedone = (task: { step: string; element: number | null }) => {
    if (after.has(task.step)) return true;
    return task.step === first && (element === null || task.element === null || task.element === element);
  };
  return beginDerivedRun(
    services,
    actor,
    {
      original,
      prepared: { workflow, workflowDigest, resolved: withoutSeeds(resolved, new Set([first, ...after])) },
      inputs: original.inputs,
      isRedone,
      fresh: true,
    },
    { name: "run.reroll", detail: element === null ? { from: first } : { from: first, element } },
  );
}

function firstSeeded(workflow: Workflow, resolved: ResolvedWorkflow): string {
  const first = workflow.steps.find(({ id }) => resolved.steps[id]?.seeded) ?? workflow.steps[0];
  if (first === undefined) throw new MaskloomError("INTERNAL", "a workflow without a step");
  return first.id;
}

/** @throws INPUT_INVALID */
export function checkStep({ name, steps }: Workflow, id: string): string {
  if (steps.some((step) => step.id === id)) return id;
  const ids = steps.map((step) => step.id);
  throw new MaskloomError(
    "INPUT_INVALID",
    `step "${id}": workflow ${name} has no such step. Steps here: ${ids.join(", ")}.${suggestion(id, ids)}`,
  );
}

/** A seed that the workflow gives would be the same again. */
function withoutSeeds(resolved: ResolvedWorkflow, ids: ReadonlySet<string>): ResolvedWorkflow {
  const without = <Way extends ResolvedWay>(way: Way): Way => {
    const { seed: _, ...fields } = way.fields;
    return { ...way, fields };
  };
  const steps = Object.entries(resolved.steps).map(([id, step]) => {
    if (!ids.has(id)) return [id, step];
    if (step.variants === undefined) return [id, without(step)];
    const variants = Object.entries(step.variants).map(([name, way]) => [name, without(way)]);
    return [id, { ...without(step), variants: Object.fromEntries(variants) }];
  });
  return { ...resolved, steps: Object.fromEntries(steps) };
}
