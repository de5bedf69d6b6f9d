import { z } from "zod";
import type { JsonValue } from "../contracts/json.ts";
import { spillRuleMs } from "../contracts/spill-rule.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import type { Catalogue } from "./catalogue.ts";
import type { FieldPath } from "./language/faults.ts";
import { isNotToBeHad } from "./not-to-be-had.ts";
import { firstOf, resolveModels } from "./resolve-models.ts";
import { instanceOf, resolveProviders } from "./resolve-providers.ts";
import type { FallbackPlace, ResolvedStep, ResolvedWay, ResolvedWorkflow } from "./resolved-workflow.ts";
import { forStep, type PlaceOf, refuseFaults, StepFault } from "./step-fault.ts";
import { stepKind } from "./step-kinds.ts";

export type { Catalogue } from "./catalogue.ts";
export { type ResolvedWorkflow, resolvedStep } from "./resolved-workflow.ts";

/** Fields that govern the engine and never reach a task. */
const ENGINE_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "task",
  "model",
  "if",
  "forEach",
  "as",
  "needs",
  "cache",
  "provider",
  "byProvider",
  "native",
  "template",
  "repeat",
  "rules",
  "retries",
  "timeout",
  "onError",
  "fallback",
]);

/**
 * Chooses provider and models of every step, and merges what differs by provider. Of a list the first that is to be had
 * is taken. `provider: auto` never spends money: it means the provider that has the model, if that is local or unpaid.
 * @throws MODEL_UNKNOWN, MODEL_UNAVAILABLE or PROVIDER_UNAVAILABLE naming each step at fault; of a list, with the reason
 * for each of it
 */
export function resolveWorkflow(workflow: Workflow, catalogue: Catalogue): ResolvedWorkflow {
  const { resolved, faults } = resolveSteps(workflow, catalogue, (path) => placeInSteps(workflow, path));
  refuseFaults(faults);
  return resolved;
}

/** The same, with what is wrong in the place of an error: the steps at fault are left out. */
export function resolveSteps(
  workflow: Workflow,
  catalogue: Catalogue,
  placeOf: PlaceOf,
): { readonly resolved: ResolvedWorkflow; readonly faults: readonly MaskloomError[] } {
  const faults: MaskloomError[] = [];
  const steps = workflow.steps.flatMap((step, at) => {
    const resolved = forStep(["steps", at], placeOf, faults, () => resolveStep(workflow, step, catalogue));
    return resolved === null ? [] : [[step.id, resolved] as const];
  });
  return { resolved: { steps: Object.fromEntries(steps) }, faults };
}

/** `steps.faces.model`, for a document that nobody has written. */
function placeInSteps({ steps }: Workflow, [, at, ...field]: FieldPath): string {
  const id = steps[Number(at)]?.id ?? String(at);
  const inner = field.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
  return `steps.${id}${inner.join("")}`;
}

function resolveStep(workflow: Workflow, step: WorkflowStep, catalogue: Catalogue): ResolvedStep {
  const kind = stepKind(step.task);
  const defaults = defaultsFor(workflow, kind.parameters);
  if (kind.models === null) {
    const place = { provider: null, model: null, modelDigest: "", queue: kind.queue("local"), seeded: false };
    return { ...place, fields: taskFields({ ...defaults, ...step }, kind.parameters) };
  }
  const fallback = step.fallback ?? workflow.defaults?.fallback;
  return resolveProviders(workflow, step, catalogue, {
    at: (wanted) => resolveAt(workflow, step, catalogue, wanted),
    withFallback: (way, providers) =>
      fallback === undefined
        ? way
        : { ...way, fallback: resolveFallback(workflow, step, fallback, catalogue, providers) },
  });
}

/**
 * @param wanted the id of a provider, or `auto`
 * @param more what is written over the step's own fields
 */
function resolveAt(
  workflow: Workflow,
  step: WorkflowStep,
  catalogue: Catalogue,
  wanted: string,
  more: Readonly<Record<string, unknown>> = {},
): ResolvedWay {
  const { models, parameters, queue } = stepKind(step.task);
  if (models === null) throw new MaskloomError("INTERNAL", `steps.${step.id}: ${step.task} needs no model`);
  const written = writtenFor(step, wanted, catalogue);
  const overrides = overridesOf(step, written);
  const merged = { ...defaultsFor(workflow, parameters), ...step, ...overrides, ...more };
  const field =
    "model" in more
      ? ["fallback", "model"]
      : "model" in overrides
        ? ["byProvider", written, "model"]
        : ["model"];
  const request = { workflow, step, merged, field, wanted, models, queue };
  const resolved = resolveModels(request, catalogue);
  return { ...resolved, fields: taskFields(merged, parameters) };
}

/** By what name `byProvider` knows a provider: its own, or else that of its kind. */
function writtenFor(step: WorkflowStep, wanted: string, { kinds = {} }: Catalogue): string {
  const id = wanted === "auto" ? "local" : wanted;
  const kind = kinds[id];
  const all = "byProvider" in step ? step.byProvider : undefined;
  return kind !== undefined && all?.[id] === undefined && all?.[kind] !== undefined ? kind : id;
}

/**
 * Must be here as well, before anything starts; the rules' own models do not come along.
 * @param own providers of the step, one of which has it where no other is written
 */
function resolveFallback(
  workflow: Workflow,
  step: WorkflowStep,
  { provider, model, when }: NonNullable<WorkflowStep["fallback"]>,
  catalogue: Catalogue,
  own: readonly string[],
): NonNullable<ResolvedWay["fallback"]> {
  const unruled = "rules" in step ? { ...step, rules: [] } : step;
  const wanted = typeof provider === "string" ? [provider] : (provider ?? own);
  const at = (one: string) =>
    resolveAt(workflow, unruled, catalogue, instanceOf(catalogue, one), model === undefined ? {} : { model });
  const found = firstOf(wanted, ["fallback"], at);
  if (found.modelExpression !== undefined) {
    throw new StepFault(
      "INPUT_INVALID",
      ["fallback", "model"],
      `expected the name of a model, received an expression`,
    );
  }
  const first = settled(found);
  if (when === undefined) return first;
  const spill = { ...first, spillMs: spillRuleMs(when) };
  const isFirst = (one: FallbackPlace) => one.provider === first.provider && one.model === first.model;
  const others =
    typeof provider === "object"
      ? [...new Set(provider)].flatMap(ifThere(at)).filter((one) => !isFirst(one))
      : [];
  return others.length === 0 ? spill : { ...spill, others };
}

/** What is not to be had is passed over: another is. */
const ifThere =
  (at: (provider: string) => ResolvedWay) =>
  (provider: string): readonly FallbackPlace[] => {
    try {
      return [settled(at(provider))];
    } catch (error) {
      if (!isNotToBeHad(error)) throw error;
      return [];
    }
  };

const settled = ({ provider, model, modelDigest, queue, seeded, fields }: ResolvedWay): FallbackPlace => ({
  provider,
  model,
  modelDigest,
  queue,
  seeded,
  fields,
});

/** What the provider understands beyond the task's own fields travels in the task's settings. */
function taskFields(merged: Readonly<Record<string, unknown>>, parameters: z.ZodType): ResolvedWay["fields"] {
  const { native, template, settings } = merged;
  const own = Object.fromEntries(Object.entries(merged).filter(([name]) => isOfTask(name, parameters)));
  const more = {
    ...(template === undefined ? {} : { template }),
    ...(native === undefined ? {} : { native }),
  };
  const isMore = Object.keys(more).length > 0;
  const all = isMore
    ? { ...own, settings: { ...(typeof settings === "object" ? settings : {}), ...more } }
    : own;
  /* The document came from JSON or YAML: whatever stands in it is JSON. */
  return all as Record<string, JsonValue> as ResolvedWay["fields"];
}

/** `strict` about a detector is looked at when the workflow is prepared; an inpainter is told of it. */
function isOfTask(name: string, parameters: z.ZodType): boolean {
  if (name === "strict") return parameters instanceof z.ZodObject && "strict" in parameters.shape;
  return !ENGINE_FIELDS.has(name);
}

function overridesOf(step: WorkflowStep, provider: string): Readonly<Record<string, unknown>> {
  if (!("byProvider" in step)) return {};
  return step.byProvider?.[provider] ?? {};
}

/** Those of the workflow's defaults that this kind of task has a field for. */
function defaultsFor(
  { defaults }: Pick<Workflow, "defaults">,
  parameters: z.ZodType,
): Record<string, unknown> {
  const known = parameters instanceof z.ZodObject ? Object.keys(parameters.shape) : [];
  return Object.fromEntries(Object.entries(defaults ?? {}).filter(([name]) => known.includes(name)));
}
