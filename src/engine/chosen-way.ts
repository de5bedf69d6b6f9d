import { canonicalJson } from "../contracts/json.ts";
import { MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import type { ResolvedStep, ResolvedWay, ResolvedWorkflow } from "./resolved-workflow.ts";

/**
 * How a step is carried out for one picture: with the provider that its expression comes to, of several the first that
 * is to be had.
 * @throws PROVIDER_UNAVAILABLE naming what was asked for: that picture fails, the others of its batch go on
 */
export function chosenWay(step: ResolvedStep, id: string, scope: Scope): ResolvedWay {
  const { providerExpression, variants = {} } = step;
  if (providerExpression === undefined) return step;
  const wanted = evaluateTemplate(providerExpression, scope);
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted ?? null];
  const all = Object.values(variants);
  for (const name of names) {
    const found = all.find((variant) => variant.names.includes(String(name).trim().toLowerCase()));
    if (found !== undefined) return found;
  }
  if (wanted === undefined || wanted === null) {
    throw new MaskloomError(
      "PROVIDER_UNAVAILABLE",
      `steps.${id}.provider: ${providerExpression} names no provider for this picture; end it with one: \${… ?? "local"}`,
    );
  }
  const known = Object.keys(variants);
  throw new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `steps.${id}.provider: this picture asks for ${names.map((name) => JSON.stringify(name)).join(", ")}, which was not to be had when its batch began.` +
      `${suggestion(String(names[0]), known)} To be had are ${known.join(", ")}; one that costs money only where the workflow names it. docs/providers.md says how others are configured`,
  );
}

/** The same, but null where it is not to be had. */
export function chosenWayIfThere(step: ResolvedStep, id: string, scope: Scope): ResolvedWay | null {
  try {
    return chosenWay(step, id, scope);
  } catch (error) {
    if (error instanceof MaskloomError) return null;
    throw error;
  }
}

/** Whether inputs of these names have a say in which provider a step gets. */
export function chooseProviders(resolved: ResolvedWorkflow, names: Iterable<string>): boolean {
  const asked = Object.values(resolved.steps).map(({ providerExpression }) => providerExpression ?? "");
  return [...names].some((name) => asked.some((text) => new RegExp(`\\binputs\\.${name}\\b`).test(text)));
}

/** A workflow as one run has it as far as its inputs tell: with the providers that they choose. */
export function waysForInputs(resolved: ResolvedWorkflow, inputs: Scope[string]): ResolvedWorkflow {
  const steps = Object.entries(resolved.steps).map(([id, step]) => {
    const way = chosenWayIfThere(step, id, { inputs });
    if (way === null || way === step) return [id, step] as const;
    const { names: _, ...chosen } = { names: [], ...way };
    return [id, chosen] as const;
  });
  return { steps: Object.fromEntries(steps) };
}

/** Whether a workflow was resolved to the same before, as far as what these inputs choose. */
export function isSameForInputs(
  before: ResolvedWorkflow,
  now: ResolvedWorkflow,
  inputs: Scope[string],
): boolean {
  return canonicalJson(waysForInputs(before, inputs)) === canonicalJson(waysForInputs(now, inputs));
}
