import type { JsonObject } from "../contracts/json.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { type ErrorRecord, parseAs, toErrorRecord } from "../errors.ts";
import { endRun } from "./end-run.ts";
import { isFatalFailure } from "./failures.ts";
import { stepNeeds } from "./language/references.ts";
import { evaluateTemplate } from "./language/template.ts";
import { chooseModel, type ResolvedStep, type ResolvedWorkflow, resolvedStep } from "./resolved-workflow.ts";
import type { Advance, RunState, TaskChange, TaskState } from "./run-state.ts";
import { buildScope, plainImage } from "./scope.ts";
import { stepKind } from "./step-kinds.ts";

/**
 * Decides what follows from the tasks that are done: which waiting tasks are ready, with what input, which will never
 * run, and whether the run is over. Called when a run begins and after every task that ends; deciding twice is harmless.
 */
export function advanceRun(workflow: Workflow, resolved: ResolvedWorkflow, run: RunState): Advance {
  const needs = stepNeeds(workflow);
  const changes: TaskChange[] = [];
  let state = run;
  /* Steps stand in the file in an order in which each comes after what it needs, so one pass sees a chain of skips through. */
  for (const step of workflow.steps) {
    const task = state.tasks.find((candidate) => candidate.step === step.id && candidate.element === null);
    if (task?.status !== "waiting") continue;
    const needed = (needs.get(step.id) ?? []).flatMap((id) =>
      state.tasks.filter((other) => other.step === id),
    );
    if (!needed.every((other) => DONE_TASK_STATUSES.has(other.status))) continue;
    const change = decideTask(workflow, resolved, state, step, task, needed);
    changes.push(change);
    const tasks = state.tasks.map((other) =>
      other.taskUUID === task.taskUUID ? { ...other, ...change } : other,
    );
    state = { ...state, tasks };
  }
  return { created: [], tasks: changes, end: endRun(workflow, state) };
}

function decideTask(
  workflow: Workflow,
  resolved: ResolvedWorkflow,
  run: RunState,
  step: WorkflowStep,
  task: TaskState,
  needed: readonly TaskState[],
): TaskChange {
  const blocking = needed.find((other) => other.status === "cancelled" || isFatalFailure(workflow, other));
  if (blocking !== undefined) return cancelTask(task);
  const kind = stepKind(step.task);
  try {
    const resolution = resolvedStep(resolved, step.id);
    const { fields } = resolution;
    const evaluated = evaluateFields(fields, run);
    const missing = Object.keys(fields).find((name) => evaluated[name] === undefined);
    if (missing !== undefined) return skipTask(task, evaluated[kind.inputField], missing);
    const seed = typeof evaluated["seed"] === "number" ? evaluated["seed"] : task.seed;
    const chosen = chooseModel(resolution, step.id, wantedModel(resolution, run));
    const { queue, provider, model, seeded } = chosen;
    const named = model === null ? evaluated : { ...evaluated, model };
    const given = seeded && seed !== null ? { ...named, seed } : named;
    const input = parseAs(kind.parameters, given, `steps.${step.id}`);
    const place = chosen === resolution ? undefined : { queue, provider, model };
    const { taskUUID, failures, losses } = task;
    return { taskUUID, status: "queued", input, seed, place, delayMs: null, error: null, failures, losses };
  } catch (error) {
    return endTask(task, "failed", null, toErrorRecord(error));
  }
}

/** Expressions replaced by values; an image with its metadata becomes the plain UUID that a task's parameters hold. */
function evaluateFields(fields: JsonObject, run: RunState): Record<string, unknown> {
  const scope = buildScope(run);
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    plainImage(evaluateTemplate(value, scope)),
  ]);
  return Object.fromEntries(entries);
}

/** What the picture asks for, where the step leaves the model to it. */
function wantedModel({ modelExpression }: ResolvedStep, run: RunState): unknown {
  return modelExpression === undefined ? undefined : evaluateTemplate(modelExpression, buildScope(run));
}

/** A skipped step yields its input image, so that a chain never breaks. */
function skipTask(task: TaskState, image: unknown, missing: string): TaskChange {
  const reason = `skipped: there is no ${missing}, since the step that would have made it was skipped`;
  const output = typeof image === "string" ? { image } : null;
  return { ...endTask(task, "skipped", output, null), warnings: [reason] };
}

function cancelTask(task: TaskState): TaskChange {
  return endTask(task, "cancelled", null, null);
}

function endTask(
  task: TaskState,
  status: "skipped" | "failed" | "cancelled",
  output: unknown,
  error: ErrorRecord | null,
): Extract<TaskChange, { output: unknown }> {
  const { taskUUID, failures, losses } = task;
  return { taskUUID, status, output, error, warnings: [], cost: null, failures, losses };
}
