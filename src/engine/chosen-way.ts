import { canonicalJson } from "../contracts/json.ts";
import { MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { Scope } from "./language/value.ts";
import {
  type ResolvedStep,
  type ResolvedWay,
  type ResolvedWorkflow,
  reasonsAmong,
  refusalAmong,
} from "./resolved-workflow.ts";

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
  const reasons = reasonsAmong(step.refusals, names);
  const meant = suggestion(String(names[0]), Object.keys(variants));
  throw new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `steps.${id}.provider: this picture asks for ${names.map((name) => JSON.stringify(name)).join(", ")}, which was not to be had when its batch began` +
      `${reasons}${reasons.includes(meant) ? "" : meant} To be had are ${Object.keys(variants).join(", ")}.${howToHaveOthers(step, names)}`,
  );
}

/** Of those about whom nothing is known; begins with a space, or is nothing where the reasons say it. */
export function howToHaveOthers({ refusals }: ResolvedStep, names: readonly unknown[]): string {
  if (names.some((name) => refusalAmong(refusals, name) !== undefined)) return "";
  return ` One that costs money has to be ${NAMED_BY_WORKFLOW}; docs/providers.md says how others are configured`;
}

/** What spends money is chosen by whoever wrote the workflow, never by a free text. */
export const NAMED_BY_WORKFLOW =
  "named by the workflow, as the provider itself or among the choices of an input";

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
  return asked.some((text) => namesInput(text, names));
}

/** Whether a text with expressions names one of these inputs. */
export function namesInput(text: string, names: Iterable<string>): boolean {
  return [...names].some((name) => new RegExp(`\\binputs\\.${name}\\b`).test(text));
}

/** A workflow as one run has it as far as its inputs tell: with the providers that they choose. */
export function waysForInputs(resolved: ResolvedWorkflow, inputs: Scope[string]): ResolvedWorkflow {
  const steps = Object.entries(withoutReasons(resolved).steps).map(([id, step]) => {
    const way = chosenWayIfThere(step, id, { inputs });
    if (way === null || way === step) return [id, step] as const;
    const { names: _, ...chosen } = { names: [], ...way };
    return [id, chosen] as const;
  });
  return { steps: Object.fromEntries(steps) };
}

/**
 * Whether a workflow was resolved to the same before, as far as what these inputs choose.
 * @param named inputs that single pictures give: where those choose providers, all that may be chosen must be the same
 */
export function isSameForInputs(
  before: ResolvedWorkflow,
  now: ResolvedWorkflow,
  inputs: Scope[string],
  named: Iterable<string> = [],
): boolean {
  const asChosen = chooseProviders(now, named)
    ? withoutReasons
    : (resolved: ResolvedWorkflow) => waysForInputs(resolved, inputs);
  return canonicalJson(asChosen(before)) === canonicalJson(asChosen(now));
}

/** In what words something was refused makes no difference to what is made. */
function withoutReasons({ steps }: ResolvedWorkflow): ResolvedWorkflow {
  const all = Object.entries(steps).map(([id, { refusals: _, variants, ...step }]) => {
    const silent = variants === undefined ? {} : { variants: mapValues(variants, withoutModelReasons) };
    return [id, { ...withoutModelReasons(step), ...silent }] as const;
  });
  return { steps: Object.fromEntries(all) };
}

function withoutModelReasons<Way extends Pick<ResolvedWay, "modelRefusals">>(
  way: Way,
): Omit<Way, "modelRefusals"> {
  const { modelRefusals: _, ...others } = way;
  return others;
}

function mapValues<From, To>(
  all: Readonly<Record<string, From>>,
  map: (one: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, map(one)]));
}
