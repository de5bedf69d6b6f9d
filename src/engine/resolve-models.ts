import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { MaskloomError } from "../errors.ts";
import { alternativesIn } from "./alternatives.ts";
import type { AvailableModel, Catalogue } from "./catalogue.ts";
import type { FieldPath } from "./language/faults.ts";
import { isNotToBeHad } from "./not-to-be-had.ts";
import type { Refusals, ResolvedStep } from "./resolved-workflow.ts";
import { forField, StepFault } from "./step-fault.ts";

/* Which model a step gets, and which ones its pictures and rules may ask for. */

export interface StepModels {
  readonly workflow: Workflow;
  readonly step: WorkflowStep;
  /** The step's fields with defaults and the provider's own merged. */
  readonly merged: Readonly<Record<string, unknown>>;
  /** Where the step, its fallback or what it says for the provider names the model. */
  readonly field: FieldPath;
  /** `auto`, or the id of the provider that must have the model. */
  readonly wanted: string;
  readonly models: "detectors" | "inpainters";
  readonly queue: (provider: string) => string;
}

type Choices = NonNullable<ResolvedStep["choices"]>;

/** @throws MODEL_UNKNOWN, MODEL_UNAVAILABLE or PROVIDER_UNAVAILABLE where a model that is named cannot be had */
export function resolveModels(request: StepModels, catalogue: Catalogue): Omit<ResolvedStep, "fields"> {
  const { merged, field, queue } = request;
  const find = (name: string): AvailableModel => findModel(request, catalogue, name);
  const fallback = fallbackDigests(request, catalogue);
  const place = ({ provider, model, digest, seeded }: AvailableModel) => ({
    provider,
    model,
    modelDigest: [digest, ...fallback].join("+"),
    queue: queue(provider),
    seeded,
  });
  const choose = (all: readonly AvailableModel[]): Choices =>
    Object.fromEntries(all.map((one) => [one.model, { ...place(one), names: namesOf(one) }]));

  const ruled = ruledModels(request, catalogue, find);
  const { model } = merged;
  if (typeof model === "string" && model.includes("${")) {
    const refusals: Refusals = {};
    const asked = forField(field, () => askedModels(request, catalogue, model, { find, refusals }));
    const all = [...asked, ...ruled];
    const refused = Object.keys(refusals).length === 0 ? {} : { modelRefusals: refusals };
    return {
      ...placeOfAll(request, all.map(place)),
      modelExpression: model,
      choices: choose(all),
      ...refused,
    };
  }
  const own = firstOf(listOf(model), field, find);
  return ruled.length === 0 ? place(own) : { ...place(own), choices: choose([own, ...ruled]) };
}

/**
 * The first for which `attempt` succeeds. Where none does: its own error for one, one error with every reason for several.
 * @param field which names them, within the step
 */
export function firstOf<Item extends string, Result>(
  items: readonly Item[],
  field: FieldPath,
  attempt: (item: Item) => Result,
): Result {
  const refusals: { readonly item: Item; readonly error: MaskloomError }[] = [];
  for (const item of items) {
    try {
      return forField(field, () => attempt(item));
    } catch (error) {
      if (!isNotToBeHad(error)) throw error;
      refusals.push({ item, error });
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) throw new MaskloomError("INTERNAL", `${field.join(".")}: an empty list`);
  if (others.length === 0) throw first.error;
  const same = others.every(({ error }) => error.code === first.error.code);
  const reasons = refusals.map(({ item, error }) => `  ${item}: ${error.message.replaceAll("\n", "\n  ")}`);
  throw new StepFault(
    same ? first.error.code : "MODEL_UNAVAILABLE",
    field,
    [`nothing of ${items.join(", ")} is to be had here:`, ...reasons].join("\n"),
  );
}

function findModel({ merged, wanted, models }: StepModels, catalogue: Catalogue, name: string) {
  const found = catalogue[models](name, wanted === "auto" ? undefined : wanted);
  if (wanted === "auto" && found.paid) {
    throw new MaskloomError(
      "PROVIDER_UNAVAILABLE",
      `model ${found.model} costs money, which provider: auto never spends; name its provider, ${found.provider}`,
    );
  }
  if (wanted !== "auto" && found.provider !== wanted) {
    throw new MaskloomError(
      "PROVIDER_UNAVAILABLE",
      `provider ${wanted} does not have the model ${found.model}; ${found.provider} has it`,
    );
  }
  for (const field of ["native", "template"] as const) {
    if (merged[field] === undefined || found.takes?.includes(field)) continue;
    throw new StepFault(
      "INPUT_INVALID",
      [field],
      `provider ${found.provider}, which has ${found.model}, takes no such field; write it under byProvider for the provider that does`,
    );
  }
  return found;
}

/** Of the models that an expression may yield: those that it names must be here, of the others those that are. */
function askedModels(
  request: StepModels,
  catalogue: Catalogue,
  text: string,
  { find, refusals = {} }: { readonly find: (name: string) => AvailableModel; readonly refusals?: Refusals },
): readonly AvailableModel[] {
  const { named, possible, open } = alternativesIn(text, request.workflow.inputs);
  const ready = open ? (catalogue.ready?.(request.models) ?? []) : [];
  const more = [...possible, ...ready.map(({ model }) => model)].flatMap((name) => {
    try {
      return [find(name)];
    } catch (error) {
      if (!isNotToBeHad(error)) throw error;
      /* Told where it is what somebody chose. */
      refusals[name.toLowerCase()] = { code: error.code, message: error.message };
      return [];
    }
  });
  return [...named.map(find), ...more];
}

/** Of the models that rules name; a list stands for the first of it that is here. */
function ruledModels(
  request: StepModels,
  catalogue: Catalogue,
  find: (name: string) => AvailableModel,
): readonly AvailableModel[] {
  const { step } = request;
  const rules = "rules" in step ? (step.rules ?? []) : [];
  return rules.flatMap(({ model }, at) => {
    if (model === undefined) return [];
    const field = ["rules", at, "model"];
    if (typeof model === "string" && model.includes("${"))
      return forField(field, () => askedModels(request, catalogue, model, { find }));
    return [firstOf(listOf(model), field, find)];
  });
}

const NONE_OF_ALL = "none of the models that its pictures may ask for is to be had here";

/** Before a picture has said which model it wants, its task belongs to whoever has the first. */
function placeOfAll({ field, queue, wanted }: StepModels, all: readonly Omit<ResolvedStep, "fields">[]) {
  const [first] = all;
  if (first === undefined) {
    throw new StepFault("MODEL_UNAVAILABLE", field, NONE_OF_ALL);
  }
  const provider = first.provider ?? wanted;
  return {
    ...first,
    model: null,
    provider,
    queue: queue(provider),
    seeded: all.some(({ seeded }) => seeded),
  };
}

/**
 * Of the detector that is asked where the step's own finds nothing: it must be here as well, and decides the result too.
 * Where a picture chooses it, of all that it may choose.
 */
function fallbackDigests(request: StepModels, catalogue: Catalogue): readonly string[] {
  const { onEmpty } = request.merged;
  if (typeof onEmpty !== "object" || onEmpty === null || !("fallback" in onEmpty)) return [];
  const field = ["onEmpty", "fallback"];
  const wanted = request.wanted === "auto" ? undefined : request.wanted;
  const find = (name: string): AvailableModel => catalogue.detectors(name, wanted);
  const fallback = String(onEmpty.fallback);
  return forField(field, () => {
    if (!fallback.includes("${")) return [find(fallback).digest];
    const all = askedModels(request, catalogue, fallback, { find });
    if (all.length === 0) throw new StepFault("MODEL_UNAVAILABLE", field, NONE_OF_ALL);
    return [...new Set(all.map(({ digest }) => digest))];
  });
}

function listOf(model: unknown): readonly string[] {
  return (Array.isArray(model) ? model : [model]).map(String);
}

function namesOf({ model, names = [] }: AvailableModel): string[] {
  return [...new Set([model, ...names].map((name) => name.toLowerCase()))];
}
