import type { Workflow } from "../contracts/workflow.ts";
import { askedModelIfThere } from "./asked-model.ts";
import { chosenWayIfThere } from "./chosen-way.ts";
import { decideTask } from "./decide-task.ts";
import { retryPolicyOf } from "./failures.ts";
import { elementScope, listOf } from "./fan-out.ts";
import {
  type FallbackPlace,
  fallbackPlaces,
  type ResolvedModel,
  type ResolvedWay,
  type ResolvedWorkflow,
  resolvedStep,
  waysOf,
} from "./resolved-workflow.ts";
import { ruleInForce } from "./rules.ts";
import { isParked, type Outcome, type RunState, type TaskChange, type TaskState } from "./run-state.ts";
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
  if (change.status === "queued" || isParked(change)) return change;
  const moved = movedBefore(workflow, resolved, run, task);
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

const MOVED = "moved to the fallback";

/** Of a task's warnings: whether one says that it was done at its step's fallback. */
export const wasMoved = (warnings: readonly string[]): boolean =>
  warnings.some((warning) => warning.startsWith(MOVED));

/** Says that the task was moved to the fallback; null where it is where it was meant to be. */
function movedBefore(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  task: TaskState,
): string | null {
  const isAt = ({ provider, model }: ResolvedModel) => provider === task.provider && model === task.model;
  const mayBeMoved = (way: ResolvedWay) => fallbackPlaces(way).some(isAt);
  if (task.taskType === "gather" || !waysOf(resolvedStep(resolved, task.step)).some(mayBeMoved)) return null;
  const found = decidingOf(workflow, resolved, run, task);
  const fallback = found?.places.find(isAt);
  if (found === null || fallback === undefined) return null;
  const { at, step } = found;
  const meant = askedModelIfThere(at, step, ruleInForce(step, at.scope)?.fields["model"]);
  if (meant !== null && isAt(meant)) return null;
  if (task.spilled === true)
    return `${MOVED} ${fallback.model} (${fallback.provider}), since it would have waited too long${meant === null ? "" : ` for ${meant.provider}`}`;
  const why =
    meant === null
      ? "since what this picture asks for was not to be had"
      : `since it failed for good with ${meant.model} (${meant.provider})`;
  return `${MOVED} ${fallback.model} (${fallback.provider}), ${why}`;
}

/**
 * A task that nobody has begun with, at one of the places of its step's fallback, since it would wait too long where it is;
 * null where nothing of the kind is written, or where it is at one of them already.
 */
export function spillTask(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  task: TaskState,
  to: Pick<FallbackPlace, "provider" | "model">,
): TaskChange | null {
  if (task.status !== "queued" || movedBefore(workflow, resolved, run, task) !== null) return null;
  const change = moveTask(workflow, resolved, run, task, to);
  if (change?.status !== "queued" || change.place === undefined) return null;
  const { failures, losses } = task;
  return { ...change, failures, losses, place: { ...change.place, spilled: true } };
}

/**
 * The task at its step's fallback, with all its tries; null where there is none, or where it has nothing to do there.
 * @param to which of its places; absent, the first
 */
function moveTask(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  task: TaskState,
  to?: Pick<FallbackPlace, "provider" | "model">,
): TaskChange | null {
  const found = decidingOf(workflow, resolved, run, task);
  if (found === null) return null;
  const { at, step, places } = found;
  const isAt = ({ provider, model }: FallbackPlace, one: Pick<FallbackPlace, "provider" | "model">) =>
    provider === one.provider && model === one.model;
  const fallback = to === undefined ? places[0] : places.find((place) => isAt(place, to));
  if (fallback === undefined || isAt(fallback, task)) return null;
  const change = decideTask(at, step, { ...task, failures: 0, losses: 0 }, fallback);
  return change.status === "queued" ? change : null;
}

/** What the task was decided from; null for a fan-in, which asks for no model. */
function decidingOf(workflow: Workflow, resolved: ResolvedWorkflow, run: RunState, task: TaskState) {
  const step = workflow.steps.find((candidate) => candidate.id === task.step);
  if (step === undefined || task.taskType === "gather") return null;
  const scope = buildScope(run);
  const list = task.element === null ? null : listOf(step, scope);
  const item = Array.isArray(list) && task.element !== null ? list[task.element - 1] : undefined;
  const seen = task.element === null ? scope : elementScope({ scope }, step, item, task.element);
  const own = resolvedStep(resolved, step.id);
  const places = fallbackPlaces(chosenWayIfThere(own, step.id, seen) ?? own);
  return { at: { workflow, resolved, scope: seen }, step, places };
}
