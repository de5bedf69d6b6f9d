import { isJsonObject, type JsonObject } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError, parseAs, toErrorRecord } from "../errors.ts";
import { askedModel, askedModelIfThere } from "./asked-model.ts";
import { chosenWay, chosenWayIfThere } from "./chosen-way.ts";
import { givenFields } from "./given-fields.ts";
import { masksOfList } from "./given-mask.ts";
import { namesElement } from "./language/references.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import {
  type FallbackPlace,
  type ResolvedModel,
  type ResolvedWorkflow,
  resolvedStep,
} from "./resolved-workflow.ts";
import { type RuleInForce, ruleInForce, unmetCondition } from "./rules.ts";
import type { TaskChange, TaskState } from "./run-state.ts";
import { plainImage } from "./scope.ts";
import { seedOf, shiftSeed } from "./seeds.ts";
import { stepKind } from "./step-kinds.ts";
import { failTask, skipTask } from "./task-ends.ts";
import { turnsOf } from "./turns.ts";
import { withBody } from "./webhook-body.ts";
import { whereScopeOf } from "./where-scope.ts";

/** What a task is decided from. `scope` has all that its expressions see, an element of a list among it. */
export interface Deciding {
  readonly workflow: Workflow;
  readonly resolved: ResolvedWorkflow;
  readonly scope: Scope;
}

/**
 * One task whose needs are done: it is queued with its parameters, skipped for a reason that is told, or it fails.
 * @param fallback where it is moved to, whatever the step and its rules say
 */
export function decideTask(
  at: Deciding,
  step: WorkflowStep,
  task: TaskState,
  fallback: FallbackPlace | null = null,
): TaskChange {
  if (task.override?.skip === true)
    return skipTask(task, imageFor(at, step), "a person kept what was there before");
  try {
    const isAsked = step.forEach === undefined || namesElement(step.if, step.as);
    const isChosen = task.override?.maskImage !== undefined;
    const unmet = isAsked && !isChosen ? unmetCondition(step, at.scope) : null;
    if (unmet !== null) return skipTask(task, imageFor(at, step), unmet);
    const rule = ruleInForce(step, at.scope);
    if (rule?.skip === true && !isChosen) return skipTask(task, imageFor(at, step), `${rule.name} says so`);
    return queueTask(at, step, task, rule, fallback ?? insteadOf(at, step, rule));
  } catch (error) {
    return failTask(at.workflow, task, imageFor(at, step), toErrorRecord(error));
  }
}

/** The image that a step is given, as far as it can be told: a step that is not executed yields it. */
export function imageFor({ resolved, scope }: Deciding, step: WorkflowStep): unknown {
  const { inputField } = stepKind(step.task);
  const own = resolvedStep(resolved, step.id);
  const { fields } = chosenWayIfThere(own, step.id, scope) ?? own;
  const reference = inputField === null ? undefined : fields[inputField];
  try {
    return reference === undefined ? undefined : evaluateTemplate(reference, scope);
  } catch (error) {
    if (error instanceof MaskloomError) return undefined;
    throw error;
  }
}

/** What is written for where a task fails for good is also for where the model that it asks for is not to be had. */
function insteadOf(at: Deciding, step: WorkflowStep, rule: RuleInForce | null): FallbackPlace | null {
  const own = resolvedStep(at.resolved, step.id);
  const { fallback } = chosenWayIfThere(own, step.id, at.scope) ?? own;
  if (fallback === undefined) return null;
  return askedModelIfThere(at, step, rule?.fields["model"]) === null ? fallback : null;
}

function queueTask(
  at: Deciding,
  step: WorkflowStep,
  task: TaskState,
  rule: RuleInForce | null,
  fallback: FallbackPlace | null,
): TaskChange {
  const own = fallback ?? chosenWay(resolvedStep(at.resolved, step.id), step.id, at.scope);
  const { model: ruledModel, seedOffset, ...overrides } = rule?.fields ?? {};
  const fields: JsonObject = { ...own.fields, ...overrides };
  const evaluated = withBody(at, step, { ...evaluateFields(fields, at.scope), ...chosenPictures(task) });
  const missing = Object.keys(fields).find((name) => evaluated[name] === undefined);
  if (missing !== undefined) return skipTask(task, imageFor(at, step), lacking(missing));
  const place = fallback ?? askedModel(at, step, ruledModel);
  const isFinal = "seed" in overrides || namesElement(fields["seed"], step.as);
  const by = (isFinal ? 0 : (task.element ?? 1) - 1) + (typeof seedOffset === "number" ? seedOffset : 0);
  const seed =
    (place.seeded ? task.override?.seed : undefined) ?? chosenSeed(task, place, evaluated["seed"], by);
  const filled = withWhereScope(fields, at.scope, { ...evaluated, ...named(place), ...seeded(place, seed) });
  const given = withTurns(fields, at.scope, filled);
  const input = parseAs(stepKind(step.task).parameters, givenFields(given), `steps.${step.id}`);
  const { taskUUID, failures, losses } = task;
  const { queue, provider, model } = place;
  const elsewhere = provider !== task.provider || model !== task.model;
  return {
    taskUUID,
    status: "queued",
    input,
    seed,
    ...(elsewhere ? { place: { queue, provider, model } } : {}),
    delayMs: null,
    error: null,
    failures,
    losses,
  };
}

/** A seed that is written counts on from element to element; one that chance chose did so when the task was planned. */
function chosenSeed(task: TaskState, { seeded }: ResolvedModel, written: unknown, by: number): number | null {
  if (typeof written === "number") return shiftSeed(written, by);
  return task.seed ?? (seeded ? seedOf(task.taskUUID) : null);
}

function chosenPictures({ override }: TaskState) {
  const { maskImage, seedImage } = override ?? {};
  return {
    ...(maskImage === undefined ? {} : { maskImage }),
    ...(seedImage === undefined ? {} : { seedImage }),
  };
}

function seeded({ seeded }: ResolvedModel, seed: number | null) {
  return seeded && seed !== null ? { seed } : {};
}

function named({ model }: ResolvedModel) {
  return model === null ? {} : { model };
}

/** They may be given several masks. */
const MASK_FIELDS: ReadonlySet<string> = new Set(["maskImage", "mask", "within"]);

/** Expressions replaced by values; an image with its metadata becomes the plain UUID that a task's parameters hold. */
function evaluateFields(fields: JsonObject, scope: Scope): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const value = evaluateTemplate(field, scope);
    return [name, MASK_FIELDS.has(name) && Array.isArray(value) ? masksOfList(value) : plainImage(value)];
  });
  return Object.fromEntries(entries);
}

/** A face is turned upright by what its detection says; the inpainter only gets the mask. */
function withTurns(fields: JsonObject, scope: Scope, evaluated: Readonly<Record<string, unknown>>) {
  if (evaluated["align"] !== "landmarks") return evaluated;
  return { ...evaluated, turns: turnsOf(fields["maskImage"], scope) };
}

/** The condition of a selection is evaluated for each detection, where they are found. */
function withWhereScope(fields: JsonObject, scope: Scope, evaluated: Readonly<Record<string, unknown>>) {
  const { select } = fields;
  const where = isJsonObject(select) ? select["where"] : undefined;
  const whereScope = typeof where === "string" ? whereScopeOf(where, scope) : null;
  return whereScope === null ? evaluated : { ...evaluated, whereScope };
}

function lacking(field: string): string {
  return `there is no ${field}, since the step that would have made it was skipped or failed`;
}
