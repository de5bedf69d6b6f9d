import { z } from "zod";
import { MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";

/** A model that can be had, and who executes it. Both names are null for tasks that need none. */
export const ResolvedModel = z.strictObject({
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

/** One step with everything about it that is chosen once per batch. */
export const ResolvedStep = ResolvedModel.extend({
  /** The task's fields as written, with defaults and `byProvider` merged; expressions still in them. */
  fields: z.record(z.string(), z.json()),
  /** Says for each picture which of `choices` it gets; where there is none, the step's own model is meant. */
  modelExpression: z.string().exactOptional(),
  /** Where a picture or a rule decides: all that it may name and that was to be had when the batch began, by canonical id. */
  choices: z.record(z.string(), Choice).exactOptional(),
  /** Where a task goes that failed for good, with the fields that go with it there. */
  fallback: ResolvedModel.extend({ fields: z.record(z.string(), z.json()) }).exactOptional(),
});
export type ResolvedStep = z.output<typeof ResolvedStep>;

/** Written into the batch: no picture of it silently comes from something else. */
export const ResolvedWorkflow = z.strictObject({ steps: z.record(z.string(), ResolvedStep) });
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
export function chooseModel(step: ResolvedStep, id: string, wanted: unknown): ResolvedModel {
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
  const known = all.flatMap(({ model }) => model ?? []);
  throw new MaskloomError(
    "MODEL_UNAVAILABLE",
    `steps.${id}.model: this picture asks for ${names.map((name) => JSON.stringify(name)).join(", ")}, which was not to be had when its batch began.` +
      `${suggestion(String(names[0]), known)} To be had are ${known.join(", ") || "none"}`,
  );
}

/** What the model of a task was resolved to: the digest that must still be right when it is executed. */
export function resolvedModel(
  resolved: ResolvedWorkflow,
  task: { readonly step: string; readonly provider: string | null; readonly model: string | null },
): ResolvedModel {
  const { step: id, provider, model } = task;
  const step = resolvedStep(resolved, id);
  const { fallback } = step;
  if (fallback !== undefined && fallback.provider === provider && fallback.model === model) return fallback;
  if (model === null || model === step.model) return step;
  const chosen = step.choices?.[model];
  if (chosen !== undefined) return chosen;
  throw new MaskloomError("INTERNAL", `step "${id}": model ${model} was not resolved with its batch`);
}
