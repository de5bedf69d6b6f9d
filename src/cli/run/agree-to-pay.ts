import process from "node:process";
import { createInterface } from "node:readline/promises";
import type { CostEstimate } from "../../contracts/cost-estimate.ts";
import { canonicalJson } from "../../contracts/json.ts";
import { chooseProviders, waysForInputs } from "../../engine/chosen-way.ts";
import type { ResolvedWorkflow } from "../../engine/resolved-workflow.ts";
import { MaskloomError } from "../../errors.ts";
import { configuredPrices } from "../../runs/estimates/configured-prices.ts";
import { estimateCosts } from "../../runs/estimates/estimate-costs.ts";
import { FindCounts, type FindSample } from "../../runs/estimates/find-counts.ts";
import { pastCostsOf } from "../../runs/estimates/past-costs.ts";
import type { Services } from "../../runs/services.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { say } from "../terminal.ts";
import { openPictureLooker } from "./open-picture-looker.ts";
import { withSidecar } from "./picture-values.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";

export interface Agreement {
  /** USD that providers may cost together. */
  readonly maxCost?: number | undefined;
  /** It was agreed to beforehand. */
  readonly yes?: boolean | undefined;
}

/** Pictures that are looked at where no run tells how much there is to paint. */
const LOOKED_AT = 8;
/** Names among which they are spread. */
const SPREAD_OVER = 10_000;

/**
 * Says what a batch will probably cost at paid providers, before anything is begun, and asks where somebody is there to
 * answer; a command without a terminal goes on.
 * @throws CANCELLED where the answer is not yes
 */
export async function agreeToPay(
  services: Services,
  plan: RunPlan,
  { maxCost, yes = false }: Agreement,
  signal: AbortSignal,
): Promise<void> {
  const estimate = await estimatePlan(services, plan);
  if (estimate === null) return;
  say(describeCosts(estimate, plan));
  if (maxCost !== undefined && estimate.high > maxCost)
    say(`--max-cost ${usd(maxCost)} holds what would cost more than that`);
  if (yes || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return;
  if (await askYes("begin? [y/N] ", signal)) return;
  throw new MaskloomError(
    "CANCELLED",
    "nothing was begun, and nothing spent; --yes answers beforehand, --max-cost sets a limit",
  );
}

async function estimatePlan({ store, config }: Services, plan: RunPlan): Promise<CostEstimate | null> {
  const { workflow, resolved } = plan.prepared;
  const past = pastCostsOf(store, LOCAL_OWNER, workflow.name);
  const work = { workflow, pictures: plan.total, prices: configuredPrices(config.providers), past };
  const finds = new Map<string, FindSample>();
  if ((await estimateCosts({ ...work, resolved, finds })) === null) return null;
  const some = await someRuns(plan);
  const chosen = chosenByAll(plan, some);
  const first = await estimateCosts({ ...work, resolved: chosen, finds });
  if (first === null || !first.steps.some(({ basis }) => basis === "guess")) return first;
  return estimateCosts({ ...work, resolved: chosen, finds: await lookAt(plan, some, config) });
}

/** The providers that these pictures choose, where they agree and no table chooses for others; else, all that may be. */
function chosenByAll({ prepared, named }: RunPlan, some: readonly PlannedRun[]): ResolvedWorkflow {
  if (chooseProviders(prepared.resolved, named)) return prepared.resolved;
  const [first, ...others] = some.map(({ inputs }) => waysForInputs(prepared.resolved, inputs));
  const isSame = others.every((other) => canonicalJson(other) === canonicalJson(first ?? null));
  return first !== undefined && isSame ? first : prepared.resolved;
}

/** What masking steps find in them. One that cannot be looked at tells nothing. */
async function lookAt(
  plan: RunPlan,
  some: readonly PlannedRun[],
  config: Services["config"],
): Promise<ReadonlyMap<string, FindSample>> {
  const counts = new FindCounts();
  const looker = openPictureLooker(plan, config);
  try {
    if (looker.steps.length === 0) return counts.samples();
    for (const planned of some) {
      const look = async () => looker.look(planned, await plan.files.read(planned.file.path));
      const found = planned.problem === null ? await look().catch(() => null) : null;
      if (found !== null) counts.add(found.finds);
    }
    return counts.samples();
  } finally {
    await looker.close();
  }
}

/** With the values of their sidecars. */
async function someRuns(plan: RunPlan): Promise<readonly PlannedRun[]> {
  const among = Math.min(plan.total, SPREAD_OVER);
  const wanted = Math.min(among, LOOKED_AT);
  const chosen: PlannedRun[] = [];
  let at = 0;
  for await (const run of plan.runs()) {
    if (at >= Math.floor(((chosen.length + 0.5) * among) / wanted))
      chosen.push((await withSidecar(plan, run)).planned);
    at += 1;
    if (chosen.length === wanted) break;
  }
  return chosen;
}

/** One line for people, such as `cost: $1.20 to $2.40 at runware …`. */
export function describeCosts({ low, high, steps }: CostEstimate, { total }: Pick<RunPlan, "total">): string {
  const providers = [...new Set(steps.flatMap((step) => step.providers))].join(", ");
  const range = usd(low) === usd(high) ? usd(high) : `${usd(low)} to ${usd(high)}`;
  const pictures = total === 1 ? "one picture" : `${total} pictures`;
  return `cost: probably ${range} at ${providers} for ${pictures}, going by ${basisOf(steps)}; what is done already costs nothing again`;
}

const BASES: Readonly<Record<CostEstimate["steps"][number]["basis"], (seen: number) => string>> = {
  runs: (seen) => `the last ${seen} runs`,
  finds: (seen) =>
    seen === 0 ? "the price of a call" : `what is found in ${seen} of them and the price of a call`,
  guess: () => "the price of a call and a guess at how much there is to paint",
};

const basisOf = (steps: CostEstimate["steps"]): string =>
  [...new Set(steps.map(({ basis, seen }) => BASES[basis](seen)))].join(", ");

const usd = (amount: number): string => `$${amount.toFixed(amount >= 1 ? 2 : 4)}`;

async function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    /* A terminal in this mode hands Ctrl-C over as a key; its end, Ctrl-D, is no answer either. */
    lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([lines.question(question, { signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
