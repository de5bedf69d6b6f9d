import type { CostEstimate, CostRange } from "../../contracts/cost-estimate.ts";
import { isJsonObject, type JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import type { WorkflowStep } from "../../contracts/workflow-step.ts";
import { namedSteps } from "../../engine/language/references.ts";
import {
  possibleModels,
  type ResolvedModel,
  type ResolvedStep,
  type ResolvedWorkflow,
  resolvedStep,
} from "../../engine/resolved-workflow.ts";
import type { ConfiguredPrices } from "./configured-prices.ts";
import type { FindSample } from "./find-counts.ts";
import { type Sample, sumRange } from "./sum-range.ts";

/** What earlier work cost. */
export interface PastCosts {
  /** USD for a picture, of a step in the last runs of the workflow at this provider with this model. */
  ofStep(step: string, place: Pick<ResolvedModel, "provider" | "model">): Promise<Sample>;
  /** USD of one call; null where there were too few to tell. */
  ofCall(place: Pick<ResolvedModel, "provider" | "model">): Promise<CostRange | null>;
}

export interface EstimatedWork {
  readonly workflow: Workflow;
  readonly resolved: ResolvedWorkflow;
  readonly pictures: number;
  /** How many things masking steps found in a picture, of some that were looked at; by step. */
  readonly finds: ReadonlyMap<string, FindSample>;
  readonly prices: ConfiguredPrices;
  /** Null where nothing that was done before can be asked. */
  readonly past: PastCosts | null;
}

/** Runs that tell more than what a look at some pictures does. */
const ENOUGH_RUNS = 3;
/** Regions of a picture where nobody knows. */
const USUAL_REGIONS = 4;

type StepCost = CostEstimate["steps"][number];
type Guess = CostRange & Pick<StepCost, "basis" | "seen">;

/** What all pictures together will cost; null where nothing of the workflow is paid. */
export async function estimateCosts(work: EstimatedWork): Promise<CostEstimate | null> {
  const steps: StepCost[] = [];
  for (const step of work.workflow.steps) {
    const cost = await costOfStep(work, step);
    if (cost !== null) steps.push(cost);
  }
  if (steps.length === 0) return null;
  const sum = (of: (cost: StepCost) => number): number =>
    roundCents(steps.reduce((all, cost) => all + of(cost), 0));
  return { low: sum(({ low }) => low), high: sum(({ high }) => high), steps };
}

/** Of whoever may execute it: what the cheapest costs at least, and the dearest at most. */
async function costOfStep(work: EstimatedWork, step: WorkflowStep): Promise<StepCost | null> {
  const resolved = resolvedStep(work.resolved, step.id);
  const places = possibleModels(resolved);
  const isPaid = ({ provider }: ResolvedModel) => provider !== null && work.prices.isPaid(provider);
  const paid = places.filter(isPaid);
  if (paid.length === 0) return null;
  const guesses = await Promise.all(paid.map((place) => costAt(work, step, resolved, place)));
  const [first] = guesses;
  if (first === undefined) return null;
  const low = paid.length < places.length ? 0 : Math.min(...guesses.map((guess) => guess.low));
  const high = Math.max(...guesses.map((guess) => guess.high));
  const worst = guesses.toSorted((a, b) => CERTAINTY.indexOf(a.basis) - CERTAINTY.indexOf(b.basis));
  const { basis, seen } = worst[0] ?? first;
  const providers = [...new Set(paid.flatMap(({ provider }) => provider ?? []))];
  return { step: step.id, providers, low: roundCents(low), high: roundCents(high), basis, seen };
}

/** The least certain one first. */
const CERTAINTY: readonly StepCost["basis"][] = ["guess", "finds", "runs"];

async function costAt(
  work: EstimatedWork,
  step: WorkflowStep,
  resolved: ResolvedStep,
  place: ResolvedModel,
): Promise<Guess> {
  const { past, prices, pictures } = work;
  const before = await past?.ofStep(step.id, place);
  if (before !== undefined && before.count >= ENOUGH_RUNS && before.mean > 0)
    return { ...sumRange(before, pictures), basis: "runs", seen: before.count };
  const price = (await past?.ofCall(place)) ?? prices.of(place.provider ?? "", place.model);
  const { calls, basis, seen } = callsOf(work, step, resolved, place);
  return { low: calls.low * price.low, high: calls.high * price.high, basis, seen };
}

/** How often the provider will be called for all pictures. */
function callsOf(
  { pictures, finds, prices }: EstimatedWork,
  step: WorkflowStep,
  { fields }: ResolvedStep,
  { provider }: ResolvedModel,
) {
  const { least, most } = callsPerRegion(fields);
  const masks = step.task === "imageInference" ? masksOf(step, fields) : null;
  if (masks === null) return calls(pictures * least, pictures * most, "finds", 0);
  const isWhole = step.forEach === undefined && goesWhole(fields, prices.zoomsItself(provider ?? ""));
  const known = masks.flatMap((id) => finds.get(id) ?? []);
  const [found] = known;
  if (found === undefined || found.count === 0)
    return calls(0, pictures * (isWhole ? 1 : USUAL_REGIONS) * most, "guess", 0);
  /* Those that were looked at are some of the pictures: only what is found in the others is not known. */
  const seen = Math.min(found.count, pictures);
  const regions = isWhole ? found.any : found;
  const others = sumRange(regions, pictures - seen);
  const counted = seen * regions.mean;
  const high = counted + others.high;
  const mostCalls = isWhole ? Math.min(high, pictures) : high;
  return calls((counted + others.low) * least, mostCalls * most, "finds", found.count);
}

/** Without maskMargin nobody zooms, and who zooms by itself gets the picture with all of its regions at once. */
function goesWhole({ maskMargin, settings }: JsonObject, zoomsItself: boolean): boolean {
  const { native }: JsonObject = isJsonObject(settings) ? settings : {};
  return maskMargin === undefined || (zoomsItself && native !== false);
}

const calls = (low: number, high: number, basis: StepCost["basis"], seen: number) => ({
  calls: { low, high },
  basis,
  seen,
});

/** Steps whose finds are painted; null where the whole picture is. */
function masksOf(step: WorkflowStep, { maskImage }: JsonObject): readonly string[] | null {
  if (maskImage === undefined && step.forEach === undefined) return null;
  /* The document came from JSON or YAML: whatever stands in it is JSON. */
  const named = { maskImage: maskImage ?? null, forEach: (step.forEach ?? null) as JsonObject[string] };
  return namedSteps(named);
}

/** Candidates, and with them those that the quality gate may ask for again. */
function callsPerRegion({ candidates, accept }: JsonObject): { least: number; most: number } {
  const least = typeof candidates === "number" ? candidates : 1;
  const { otherwise, times }: JsonObject = isJsonObject(accept) ? accept : {};
  const again = otherwise === "reroll" ? (typeof times === "number" ? times : 1) : 0;
  return { least, most: least * (1 + again) };
}

/** To hundredths of a cent. */
const roundCents = (usd: number): number => Math.round(usd * 10_000) / 10_000;
