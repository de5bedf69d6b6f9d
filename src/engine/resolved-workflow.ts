import { z } from "zod";
import { MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { NOT_TO_BE_HAD } from "./not-to-be-had.ts";

/* Read back from batches, which a newer version beside this one may have written: what it adds is passed over. */

/** A model that can be had, and who executes it. Both names are null for tasks that need none. */
export const ResolvedModel = z.object({
  provider: z.string().nullable(),
  /** Canonical id. */
  model: z.string().nullable(),
  /** Of the bytes of the model and of its fallback, and of the code that runs them: part of the cache key. */
  modelDigest: z.string(),
  queue: z.string(),
  /** Whether chance plays a part in it, so that a seed is chosen and stored when a run is planned. */
  seeded: z.boolean(),
});
export type ResolvedModel = z.output<typeof ResolvedModel>;

/** `names`: what it may be asked for by, in small letters. */
const Choice = ResolvedModel.extend({ names: z.array(z.string()) });

/** What inputs may name and was not to be had when the batch began, by that name in small letters, and why. */
const Refusals = z.record(z.string(), z.object({ code: z.enum(NOT_TO_BE_HAD), message: z.string() }));
export type Refusals = z.output<typeof Refusals>;

/** Where a task goes, with the fields that go with it there. */
const FallbackPlace = ResolvedModel.extend({ fields: z.record(z.string(), z.json()) });
export type FallbackPlace = z.output<typeof FallbackPlace>;

/** One way to carry out a step: who does it, with which fields, and where it goes when that fails. */
const ResolvedWay = ResolvedModel.extend({
  /** The task's fields as written, with defaults and `byProvider` merged; expressions still in them. */
  fields: z.record(z.string(), z.json()),
  /** Says for each picture which of `choices` it gets; where there is none, the step's own model is meant. */
  modelExpression: z.string().exactOptional(),
  /** Where a picture or a rule decides: all that it may name and that was to be had when the batch began, by canonical id. */
  choices: z.record(z.string(), Choice).exactOptional(),
  modelRefusals: Refusals.exactOptional(),
  /** Where a task goes that failed for good. */
  fallback: FallbackPlace.extend({
    /** It also goes there while it would wait longer than this where it is, in milliseconds. */
    spillMs: z.number().exactOptional(),
    /** Then also to these, the first that has room, in the order in which they are written. */
    others: z.array(FallbackPlace).exactOptional(),
  }).exactOptional(),
});
export type ResolvedWay = z.output<typeof ResolvedWay>;

/**
 * One step with everything about it that is chosen once per batch. Where a picture chooses its provider, it is resolved
 * for each that may be chosen, and its own fields are those of the first of them.
 */
export const ResolvedStep = ResolvedWay.extend({
  providerExpression: z.string().exactOptional(),
  /** By provider, or `auto`. `names`: what it may be chosen by, in small letters. */
  variants: z.record(z.string(), ResolvedWay.extend({ names: z.array(z.string()) })).exactOptional(),
  refusals: Refusals.exactOptional(),
});
export type ResolvedStep = z.output<typeof ResolvedStep>;

/** Written into the batch: no picture of it silently comes from something else. */
export const ResolvedWorkflow = z.object({ steps: z.record(z.string(), ResolvedStep) });
export type ResolvedWorkflow = z.output<typeof ResolvedWorkflow>;

export function resolvedStep(resolved: ResolvedWorkflow, id: string): ResolvedStep {
  const step = resolved.steps[id];
  if (step === undefined) throw new MaskloomError("INTERNAL", `step "${id}" was not resolved with its batch`);
  return step;
}

/**
 * Which model one task of the step is executed with.
 * @param wanted what the step's model expression, or a rule, came to for this picture: a name, or several in order of
 * preference; undefined = the step's own
 * @throws MODEL_UNAVAILABLE naming what was asked for: that picture fails, the others of its batch go on
 */
export function chooseModel(step: ResolvedWay, id: string, wanted: unknown): ResolvedModel {
  const { choices = {}, modelExpression } = step;
  if (wanted === undefined || wanted === null) {
    if (modelExpression === undefined) return step;
    throw new MaskloomError(
      "MODEL_UNAVAILABLE",
      `steps.${id}.model: ${modelExpression} names no model for this picture; end it with one: \${… ?? "name"}`,
    );
  }
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const all = Object.values(choices);
  for (const name of names) {
    const found = all.find((choice) => choice.names.includes(String(name).toLowerCase()));
    if (found !== undefined) return found;
  }
  throw new MaskloomError(
    "MODEL_UNAVAILABLE",
    `steps.${id}.model: this picture asks for ${names.map((name) => JSON.stringify(name)).join(", ")}, which was not to be had when its batch began` +
      whyNoModel(step, names),
  );
}

/** Why none of these names is to be had, as far as the workflow made them known, and what is; ends a sentence. */
export function whyNoModel({ choices = {}, modelRefusals }: ResolvedWay, names: readonly unknown[]): string {
  const known = Object.values(choices).flatMap(({ model }) => model ?? []);
  const reasons = reasonsAmong(modelRefusals, names);
  return `${reasons}${suggestion(String(names[0]), known)} To be had are ${known.join(", ") || "none"}`;
}

/** Why those of these names are not to be had that the workflow itself made known; ends the sentence that says they are not. */
export function reasonsAmong(refusals: Refusals | undefined, names: readonly unknown[]): string {
  const known = names.flatMap((name) => refusalAmong(refusals, name) ?? []);
  const reasons = [...new Set(known.map(({ message }) => message.replace(/\.$/, "")))].join("; ");
  if (reasons === "") return ".";
  return /[?]$/.test(reasons) ? `: ${reasons}` : `: ${reasons}.`;
}

/** Names are whatever inputs say: `constructor` is nobody's. */
export function refusalAmong(refusals: Refusals = {}, name: unknown): Refusals[string] | undefined {
  const key = String(name).trim().toLowerCase();
  return Object.hasOwn(refusals, key) ? refusals[key] : undefined;
}

/** What the model of a task was resolved to: the digest that must still be right when it is executed. */
export function resolvedModel(
  resolved: ResolvedWorkflow,
  task: { readonly step: string; readonly provider: string | null; readonly model: string | null },
): ResolvedModel {
  const { step: id, provider, model } = task;
  const step = resolvedStep(resolved, id);
  const found = findModel(step, task);
  if (found !== undefined) return found;
  if (model === null) return step;
  throw new MaskloomError(
    "INTERNAL",
    `step "${id}": model ${model} at ${provider ?? "no provider"} was not resolved with its batch`,
  );
}

/** Of all that was resolved for the step, its fallback among it, the one that a task was executed with. */
export function findModel(
  step: ResolvedStep,
  { provider, model }: Pick<ResolvedModel, "provider" | "model">,
): ResolvedModel | undefined {
  const all = waysOf(step).flatMap(modelsOf);
  return all.find((one) => one.provider === provider && one.model === model);
}

/** All that tasks of the step may be executed with, whatever a picture or a rule chooses; not where they go on failure. */
export function possibleModels(step: ResolvedStep): readonly ResolvedModel[] {
  return waysOf(step).flatMap((way): readonly ResolvedModel[] =>
    way.choices === undefined ? [way] : Object.values(way.choices),
  );
}

/** One for each provider that its pictures may choose; where they choose none, the step itself. */
export function waysOf(step: ResolvedStep): readonly ResolvedWay[] {
  return step.variants === undefined ? [step] : Object.values(step.variants);
}

/** Where tasks may be moved to, in the order in which they are tried while they would wait too long. */
export const fallbackPlaces = ({ fallback }: ResolvedWay): readonly FallbackPlace[] =>
  fallback === undefined ? [] : [fallback, ...(fallback.others ?? [])];

/** Where tasks of the step are executed whose model no picture chooses, and where those go on failure: each with its fields. */
export function settledPlaces(step: ResolvedStep) {
  return waysOf(step).flatMap((way) =>
    [way, ...fallbackPlaces(way)].flatMap(({ model, provider, fields }) =>
      model === null ? [] : [{ model, provider, fields }],
    ),
  );
}

function modelsOf(way: ResolvedWay): readonly ResolvedModel[] {
  return [...fallbackPlaces(way), way, ...Object.values(way.choices ?? {})];
}
