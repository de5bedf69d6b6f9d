import { z } from "zod";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import { stepKind } from "./step-kinds.ts";

/** One step with everything about it that is chosen once per batch. */
export const ResolvedStep = z.strictObject({
  provider: z.string(),
  model: z.string(),
  /** Of the bytes of the model and of its fallback, and of the code that runs them: part of the cache key. */
  modelDigest: z.string(),
  queue: z.string(),
  /** Whether chance plays a part in it, so that a seed is chosen and stored when a run is planned. */
  seeded: z.boolean(),
  /** The task's fields as written, with defaults and `byProvider` merged; expressions still in them. */
  fields: z.record(z.string(), z.json()),
});
export type ResolvedStep = z.output<typeof ResolvedStep>;

/** Written into the batch: no picture of it silently comes from something else. */
export const ResolvedWorkflow = z.strictObject({ steps: z.record(z.string(), ResolvedStep) });
export type ResolvedWorkflow = z.output<typeof ResolvedWorkflow>;

interface AvailableModel {
  /** Canonical id. */
  readonly model: string;
  readonly provider: string;
  readonly digest: string;
  readonly seeded: boolean;
}

/** What is to be had here: models and configured provider instances. Unknown names throw MODEL_UNKNOWN. */
export interface Catalogue {
  readonly detectors: (model: string) => AvailableModel;
  readonly inpainters: (model: string) => AvailableModel;
  /** Ids of the configured provider instances. */
  readonly providers: readonly string[];
}

/** Fields that govern the engine and never reach a task. */
const ENGINE_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "task",
  "if",
  "forEach",
  "as",
  "needs",
  "cache",
  "provider",
  "byProvider",
  "native",
  "template",
  "rules",
  "retries",
  "timeout",
  "onError",
  "fallback",
]);

/**
 * Chooses provider and model of every step, and merges what differs by provider.
 * `provider: auto` never spends money: it means the provider that has the model, if that is local or unpaid.
 */
export function resolveWorkflow(workflow: Workflow, catalogue: Catalogue): ResolvedWorkflow {
  const steps = workflow.steps.map((step) => [step.id, resolveStep(workflow, step, catalogue)] as const);
  return { steps: Object.fromEntries(steps) };
}

function resolveStep(workflow: Workflow, step: WorkflowStep, catalogue: Catalogue): ResolvedStep {
  const kind = stepKind(step.task);
  const wanted = chosenProvider(workflow, step);
  if (wanted !== "auto" && !catalogue.providers.includes(wanted)) {
    throw new MaskloomError(
      "PROVIDER_UNAVAILABLE",
      `steps.${step.id}.provider: expected a configured provider (${catalogue.providers.join(", ")}), got ${wanted}`,
    );
  }
  const merged: Record<string, unknown> = {
    ...defaultsFor(workflow, kind.parameters),
    ...step,
    ...overridesOf(step, wanted === "auto" ? "local" : wanted),
  };
  const found = catalogue[kind.models](modelOf(step, merged["model"]));
  if (wanted !== "auto" && found.provider !== wanted) {
    throw new MaskloomError(
      "PROVIDER_UNAVAILABLE",
      `steps.${step.id}: provider ${wanted} does not have the model ${found.model}; ${found.provider} has it`,
    );
  }
  const fields = Object.entries(merged).filter(([name]) => !ENGINE_FIELDS.has(name) && name !== "model");
  return {
    provider: found.provider,
    model: found.model,
    modelDigest: [found.digest, ...fallbackDigests(step, merged["onEmpty"], catalogue)].join("+"),
    queue: kind.queue(found.provider),
    seeded: found.seeded,
    /* The document came from JSON or YAML: whatever stands in it is JSON. */
    fields: Object.fromEntries(fields) as ResolvedStep["fields"],
  };
}

/** Of the detector that is asked where the step's own finds nothing: it must be here as well, and decides the result too. */
function fallbackDigests(step: WorkflowStep, onEmpty: unknown, { detectors }: Catalogue): string[] {
  if (typeof onEmpty !== "object" || onEmpty === null || !("fallback" in onEmpty)) return [];
  const { fallback } = onEmpty;
  return [detectors(modelOf(step, fallback, "onEmpty.fallback")).digest];
}

function chosenProvider(workflow: Workflow, step: WorkflowStep): string {
  const own = "provider" in step ? step.provider : undefined;
  const provider = own ?? workflow.defaults?.provider ?? "auto";
  if (typeof provider === "string" && !provider.includes("${")) return provider;
  throw new MaskloomError(
    "FEATURE_NOT_YET",
    `steps.${step.id}.provider: a list of providers is not yet executed`,
  );
}

function overridesOf(step: WorkflowStep, provider: string): Readonly<Record<string, unknown>> {
  if (!("byProvider" in step)) return {};
  return step.byProvider?.[provider] ?? {};
}

/** Those of the workflow's defaults that this kind of task has a field for. */
function defaultsFor(workflow: Workflow, parameters: z.ZodType): Record<string, unknown> {
  const known = parameters instanceof z.ZodObject ? Object.keys(parameters.shape) : [];
  return Object.fromEntries(Object.entries(workflow.defaults ?? {}).filter(([name]) => known.includes(name)));
}

function modelOf(step: WorkflowStep, model: unknown, field = "model"): string {
  const first: unknown = Array.isArray(model) ? model[0] : model;
  if (typeof first === "string" && !first.includes("${")) return first;
  throw new MaskloomError(
    "FEATURE_NOT_YET",
    `steps.${step.id}.${field}: a model chosen per picture is not yet executed`,
  );
}

export function resolvedStep(resolved: ResolvedWorkflow, id: string): ResolvedStep {
  const step = resolved.steps[id];
  if (step === undefined) throw new MaskloomError("INTERNAL", `step "${id}" was not resolved with its batch`);
  return step;
}
