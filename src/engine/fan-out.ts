import type { TaskUUID } from "../contracts/ids.ts";
import type { JsonValue } from "../contracts/json.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError, toErrorRecord } from "../errors.ts";
import { applyChanges } from "./apply-advance.ts";
import { type Deciding, decideTask, imageFor } from "./decide-task.ts";
import { isFatalFailure } from "./failures.ts";
import { gatherElements } from "./gather.ts";
import { namesElement } from "./language/references.ts";
import { evaluateTemplate } from "./language/template.ts";
import { describeValue, type Value } from "./language/value.ts";
import { planElement } from "./plan.ts";
import { unmetCondition } from "./rules.ts";
import type { Advance, RunState, TaskChange, TaskState } from "./run-state.ts";
import { elementsOf } from "./scope.ts";
import { failTask, skipTask } from "./task-ends.ts";

/** More is not what anybody means: a picture has no ten thousand faces worth a task each. */
const MAX_ELEMENTS = 10_000;

/**
 * A `forEach` step whose needs are done: those of its elements come into being that are not there yet, and once all of
 * them have ended, its fan-in is decided. Elements that wait, because somebody retries them, are decided anew.
 * @param gather the step's own task: the fan-in, which waits
 */
export function fanOut(
  at: Deciding,
  step: WorkflowStep,
  run: RunState,
  gather: TaskState,
  newTaskUUID: () => TaskUUID,
): Omit<Advance, "end"> {
  const existing = elementsOf(run, gather);
  const { items, change } = itemsOf(at, step, gather);
  if (change !== null) {
    const waiting = existing.filter((element) => element.status === "waiting");
    const ends = waiting.map((element) => skipTask(element, null, "its step ended"));
    return { created: [], tasks: [change, ...ends] };
  }
  const known = new Set(existing.map(({ element }) => element));
  const missing = items.flatMap((_item, place) => (known.has(place + 1) ? [] : [place + 1]));
  const created = missing.map((element) => planElement(step, at.resolved, gather, newTaskUUID(), element));
  const all = elementsOf(applyChanges(run, [], created), gather);
  const changes = all.flatMap((element) => decideElement(at, step, element, items));
  const decided = elementsOf(applyChanges(run, changes, created), gather);
  const meant = decided.filter(({ element }) => (element ?? 0) <= items.length);
  return { created, tasks: [...changes, ...gatherElements(at, step, gather, meant)] };
}

/**
 * Whether nothing follows for a `forEach` step until another of its elements ends. Asked first: of 400 elements each end
 * would else be decided from all that the run knows.
 */
export function isUnderWay(workflow: Workflow, { tasks }: RunState, { step }: TaskState): boolean {
  const elements = tasks.filter((task) => task.step === step && task.element !== null);
  return (
    elements.some(({ status }) => !DONE_TASK_STATUSES.has(status)) &&
    !elements.some(({ status }) => status === "waiting" || status === "cancelled") &&
    !elements.some((element) => isFatalFailure(workflow, element))
  );
}

/** The list, or what becomes of the step where there is nothing to do for it. */
function itemsOf(
  at: Deciding,
  step: WorkflowStep,
  gather: TaskState,
): { readonly items: readonly Value[]; readonly change: TaskChange | null } {
  const end = (change: TaskChange) => ({ items: [], change });
  try {
    const unmet = namesElement(step.if, step.as) ? null : unmetCondition(step, at.scope);
    if (unmet !== null) return end(skipTask(gather, imageFor(at, step), unmet));
    const list = listOf(step, at.scope);
    if (list === undefined || list === null) {
      const reason = `there is no ${nameOf(step)}, since the step that would have made it was skipped or failed`;
      return end(skipTask(gather, imageFor(at, step), reason));
    }
    if (!Array.isArray(list)) throw notAList(step, list);
    if (list.length > MAX_ELEMENTS) throw tooMany(step, list.length);
    if (list.length === 0) return end(skipTask(gather, imageFor(at, step), `${nameOf(step)} is empty`));
    return { items: list, change: null };
  } catch (error) {
    return end(failTask(at.workflow, gather, imageFor(at, step), toErrorRecord(error)));
  }
}

/** What stands after `forEach`, its expressions worked out; absent where nothing stands there. */
export function listOf({ forEach }: WorkflowStep, scope: Deciding["scope"]): Value {
  /* The document came from JSON or YAML: whatever stands in it is JSON. */
  return forEach === undefined ? undefined : evaluateTemplate(forEach as JsonValue, scope);
}

function decideElement(
  at: Deciding,
  step: WorkflowStep,
  task: TaskState,
  items: readonly Value[],
): TaskChange[] {
  if (task.status !== "waiting" || task.element === null) return [];
  const item = items[task.element - 1];
  if (item === undefined)
    return [skipTask(task, null, `${nameOf(step)} has only ${items.length} elements now`)];
  return [decideTask({ ...at, scope: elementScope(at, step, item, task.element) }, step, task)];
}

/** What an element's expressions see: all that the step sees, and the item under the name given by `as`. */
export function elementScope(
  { scope }: Pick<Deciding, "scope">,
  { as }: WorkflowStep,
  item: Value,
  element: number,
): Deciding["scope"] {
  if (as === undefined) return scope;
  const isRecord = typeof item === "object" && item !== null && !Array.isArray(item);
  return { ...scope, [as]: isRecord ? { index: element, ...item } : item };
}

/** The list as the step writes it, where it does so in a word. */
function nameOf({ forEach }: WorkflowStep): string {
  return typeof forEach === "string" ? forEach : "the list of forEach";
}

function notAList(step: WorkflowStep, value: Value): MaskloomError {
  const received = describeValue(value);
  return new MaskloomError(
    "INPUT_INVALID",
    `steps.${step.id}.forEach: expected a list such as \${steps.faces.detections}, received ${received}`,
  );
}

function tooMany(step: WorkflowStep, count: number): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `steps.${step.id}.forEach: expected at most ${MAX_ELEMENTS} elements, received ${count}; narrow the list down by select.take`,
  );
}
