import { RemoteKind } from "../contracts/provider.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { nearestName } from "../nearest-name.ts";
import { howToConfigure } from "../provider-remedy.ts";
import { alternativesIn } from "./alternatives.ts";
import type { Catalogue } from "./catalogue.ts";
import { NAMED_BY_WORKFLOW } from "./chosen-way.ts";
import { isNotToBeHad } from "./not-to-be-had.ts";
import { firstOf } from "./resolve-models.ts";
import type { Refusals, ResolvedStep, ResolvedWay } from "./resolved-workflow.ts";
import { forField, StepFault } from "./step-fault.ts";

/* Which provider a step gets, and which ones its pictures may choose. */

const FIELD = ["provider"];

export interface ProviderWays {
  /** The step at one provider, by its id or `auto`. */
  at(provider: string): ResolvedWay;
  /** The same with where it goes on failure: there, too, at the first of `providers` that has the model. */
  withFallback(way: ResolvedWay, providers: readonly string[]): ResolvedWay;
}

/**
 * A step at the provider that it names, of several at the first that has its model. Where an expression chooses, at each
 * that it may come to: those that it names must be here; of the defaults and choices of inputs those that are; of what a
 * picture's file may say any that costs nothing.
 * @throws StepFault where none is to be had
 */
export function resolveProviders(
  workflow: Workflow,
  step: WorkflowStep,
  catalogue: Catalogue,
  ways: ProviderWays,
): ResolvedStep {
  const provider = providerOf(workflow, step);
  const isExpression = typeof provider === "string" && provider.includes("${");
  if (isExpression) return resolveVariants(provider, { workflow, step }, catalogue, ways);
  const names = typeof provider === "string" ? [provider] : provider;
  const own = firstOf(names, FIELD, (name) => ways.at(instanceOf(catalogue, name)));
  return ways.withFallback(own, names);
}

function providerOf({ defaults }: Workflow, step: WorkflowStep): string | readonly string[] {
  return ("provider" in step ? step.provider : undefined) ?? defaults?.provider ?? "auto";
}

function resolveVariants(
  providerExpression: string,
  { workflow, step }: { readonly workflow: Workflow; readonly step: WorkflowStep },
  catalogue: Catalogue,
  ways: ProviderWays,
): ResolvedStep {
  const { named, possible, open } = alternativesIn(providerExpression, workflow.inputs);
  const variants: NonNullable<ResolvedStep["variants"]> = {};
  const refusals: Refusals = {};
  const add = (name: string): void => {
    const id = instanceOf(catalogue, name);
    variants[id] ??= { ...ways.withFallback(ways.at(id), [id]), names: namesOf(catalogue, id) };
  };
  for (const name of named) forField(FIELD, () => add(name));
  const { paid = [] } = catalogue;
  const free = open ? ["auto", ...catalogue.providers.filter((id) => !paid.includes(id))] : [];
  for (const name of [...possible, ...free]) {
    try {
      add(name);
    } catch (error) {
      if (!isNotToBeHad(error)) throw error;
      /* Told where it is what somebody chose. */
      const message = isConfigured(catalogue, name) ? error.message : notConfigured(name, catalogue);
      refusals[name.toLowerCase()] = { code: error.code, message };
    }
  }
  if (open) Object.assign(refusals, refusalsOfText(step, catalogue, { variants, refusals }));
  const all = Object.values(variants);
  const [first] = all;
  if (first === undefined) {
    throw new StepFault(
      "PROVIDER_UNAVAILABLE",
      FIELD,
      "none of the providers that its pictures may ask for is here, with the model",
    );
  }
  const { names: _, ...own } = first;
  const refused = Object.keys(refusals).length === 0 ? {} : { refusals };
  return { ...own, seeded: all.some(({ seeded }) => seeded), providerExpression, variants, ...refused };
}

/** What a free text may not choose, or could not: those that cost money, and those that the step has fields for. */
function refusalsOfText(
  step: WorkflowStep,
  catalogue: Catalogue,
  { variants, refusals }: Required<Pick<ResolvedStep, "variants" | "refusals">>,
): Refusals {
  const { paid = [] } = catalogue;
  const fields = "byProvider" in step ? Object.keys(step.byProvider ?? {}) : [];
  const known = Object.values(variants).flatMap(({ names }) => names);
  const told = new Set([...known, ...Object.keys(refusals)]);
  const untold = [...fields, ...paid.flatMap((id) => namesOf(catalogue, id))].filter(
    (name) => !told.has(name.toLowerCase()),
  );
  return Object.fromEntries(
    untold.map((name) => [
      name.toLowerCase(),
      { code: "PROVIDER_UNAVAILABLE", message: whyNotByText(name, catalogue) },
    ]),
  );
}

function whyNotByText(name: string, catalogue: Catalogue): string {
  if (isConfigured(catalogue, name)) return `it costs money, so that ${MUST_BE_NAMED}`;
  const remedy = notConfigured(name, catalogue);
  return name === "runware" ? `${remedy}; since it costs money, ${MUST_BE_NAMED}` : remedy;
}

const MUST_BE_NAMED = `it has to be ${NAMED_BY_WORKFLOW}`;

const isConfigured = ({ providers, kinds = {} }: Catalogue, name: string): boolean =>
  name === "auto" || providers.includes(name) || providers.some((id) => kinds[id] === name);

function notConfigured(name: string, catalogue: Catalogue): string {
  const remedy = remedyFor(catalogue, name).trim();
  if (/^Did you/.test(remedy)) return `it is not configured. ${remedy}`;
  return `it is not configured; ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`;
}

/** What was meant, and how that comes about where it is not here; begins with a space. */
function remedyFor({ providers, kinds = {} }: Pick<Catalogue, "providers" | "kinds">, named: string): string {
  const here = [...providers, ...Object.values(kinds), "auto"];
  const meant = nearestName(named, [...here, ...RemoteKind.options]) ?? named;
  const suggested = meant === named ? "" : ` Did you mean ${meant}?`;
  const remedy = here.includes(meant) ? "" : howToConfigure(meant);
  return `${suggested}${remedy}`;
}

/** The id of the provider that a workflow names: by it, or by the kind, which means the first of that kind. */
export function instanceOf(
  { providers, kinds = {} }: Pick<Catalogue, "providers" | "kinds">,
  named: string,
): string {
  if (named === "auto" || providers.includes(named)) return named;
  const first = providers.find((id) => kinds[id] === named);
  if (first !== undefined) return first;
  throw new StepFault(
    "PROVIDER_UNAVAILABLE",
    FIELD,
    `expected a configured provider (${providers.join(", ")}), got ${named}.${remedyFor({ providers, kinds }, named)}`,
  );
}

/** What a picture may call it: its id, and its kind where it is the first of that. */
function namesOf(catalogue: Catalogue, id: string): string[] {
  const kind = catalogue.kinds?.[id];
  const isFirst =
    kind !== undefined && !catalogue.providers.includes(kind) && instanceOf(catalogue, kind) === id;
  return (isFirst ? [id, kind] : [id]).map((name) => name.toLowerCase());
}
