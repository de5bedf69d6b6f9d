import type { TaskUUID } from "../contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { applyChanges } from "./apply-advance.ts";
import { askPerson } from "./ask-person.ts";
import { decideTask } from "./decide-task.ts";
import { endRun } from "./end-run.ts";
import { isFatalFailure } from "./failures.ts";
import { fanOut, isUnderWay } from "./fan-out.ts";
import { stepNeeds } from "./language/references.ts";
import type { ResolvedWorkflow } from "./resolved-workflow.ts";
import type { Advance, PlannedTask, RunState, TaskChange, TaskState } from "./run-state.ts";
import { buildScope, elementsOf } from "./scope.ts";
import { cancelTask } from "./task-ends.ts";

/**
 * Decides what follows from the tasks that are done: which waiting tasks are ready, with what input, which will never
 * run, which elements of a list come into being, and whether the run is over. Called when a run begins and after every
 * task that ends; deciding twice is harmless.
 */
export function advanceRun(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  newTaskUUID: () => TaskUUID,
): Advance {
  const first = decideSteps(workflow, resolved, run, newTaskUUID);
  const pointless = pointlessReviews(workflow, first.state).map(cancelTask);
  if (pointless.length === 0) return { ...first.advance, end: endRun(workflow, first.state) };
  const second = decideSteps(workflow, resolved, applyChanges(first.state, pointless), newTaskUUID);
  const last = new Map(
    [...first.advance.tasks, ...pointless, ...second.advance.tasks].map((change) => [
      change.taskUUID,
      change,
    ]),
  );
  return {
    created: [...first.advance.created, ...second.advance.created],
    tasks: [...last.values()],
    end: endRun(workflow, second.state),
  };
}

/** Nobody is asked about a run that will not succeed, whatever is decided. */
function pointlessReviews(workflow: Workflow, { tasks }: RunState): readonly TaskState[] {
  const isLost = tasks.some((task) => task.status === "cancelled" || isFatalFailure(workflow, task));
  return isLost ? tasks.filter(({ status }) => status === "review") : [];
}

function decideSteps(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  newTaskUUID: () => TaskUUID,
): { readonly advance: Omit<Advance, "end">; readonly state: RunState } {
  const needs = stepNeeds(workflow);
  const tasks: TaskChange[] = [];
  const created: PlannedTask[] = [];
  let state = run;
  /* Steps stand in the file in an order in which each comes after what it needs, so one pass sees a chain of skips through. */
  for (const step of workflow.steps) {
    const task = state.tasks.find((candidate) => candidate.step === step.id && candidate.element === null);
    if (task?.status !== "waiting") continue;
    const needed = neededBy(needs.get(step.id) ?? [], state);
    if (!needed.every((other) => DONE_TASK_STATUSES.has(other.status))) continue;
    const isBlocked = needed.some((other) => other.status === "cancelled" || isFatalFailure(workflow, other));
    if (!isBlocked && step.forEach !== undefined && isUnderWay(workflow, state, task)) continue;
    const next = isBlocked
      ? { created: [], tasks: cancelStep(state, task) }
      : decideStep(workflow, resolved, state, step, task, newTaskUUID);
    tasks.push(...next.tasks);
    created.push(...next.created);
    state = applyChanges(state, next.tasks, next.created);
  }
  return { advance: { created, tasks }, state };
}

function neededBy(ids: readonly string[], { tasks }: RunState): readonly TaskState[] {
  return tasks.filter((task) => ids.includes(task.step));
}

function decideStep(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  step: WorkflowStep,
  task: TaskState,
  newTaskUUID: () => TaskUUID,
): Omit<Advance, "end"> {
  const at = { workflow, resolved, scope: buildScope(run) };
  if (step.task === "review") return { created: [], tasks: [askPerson(at, run, step, task)] };
  if (step.forEach !== undefined) return fanOut(at, step, run, task, newTaskUUID);
  return { created: [], tasks: [decideTask(at, step, task)] };
}

/** What the step needs was cancelled or failed: neither it nor what of its elements waits will ever run. */
function cancelStep(run: RunState, task: TaskState): readonly TaskChange[] {
  const waiting = elementsOf(run, task).filter(({ status }) => status === "waiting");
  return [task, ...waiting].map(cancelTask);
}
