import type { RerunRuns, RerunsBegun } from "../../contracts/bulk.ts";
import { MaskloomError } from "../../errors.ts";
import { findRunPositions, type RunPosition } from "../../store/run-list.ts";
import type { Actor } from "./actor.ts";
import type { DeriveServices } from "./derive.ts";
import { rerunRun } from "./rerun.ts";

/** Of one request. */
const LONGEST_MS = 20_000;
const MOST = 10_000;

type Refusal = RerunsBegun["refused"][number];

/**
 * Makes many runs anew with the same changes, the newest first; new runs are newer than all of them, so going on never
 * meets them. What one run is refused with does not keep the others from it.
 */
export async function rerunRuns(
  services: DeriveServices,
  actor: Actor,
  { runs, filter, before, ...changes }: RerunRuns,
): Promise<RerunsBegun> {
  const { db } = services.store;
  const which = runs === undefined ? (filter ?? {}) : { runs };
  const found = await findRunPositions(db, actor.owner, which, before, MOST + 1);
  const meant = found.slice(0, MOST);
  const end = performance.now() + LONGEST_MS;
  const refused = new Map<string, Refusal>();
  let begun = 0;
  let last: RunPosition | undefined;
  for (const run of meant) {
    if (performance.now() >= end) break;
    const error = await refusalOf(() => rerunRun(services, actor, run.uuid, changes));
    if (error === null) begun += 1;
    else refused.set(error.code, addTo(refused.get(error.code), error));
    last = run;
  }
  const isDone = last === found.at(-1);
  return { begun, refused: [...refused.values()], next: isDone ? null : (last?.cursor ?? null) };
}

async function refusalOf(make: () => Promise<unknown>): Promise<MaskloomError | null> {
  try {
    await make();
    return null;
  } catch (error) {
    if (error instanceof MaskloomError) return error;
    throw error;
  }
}

function addTo(known: Refusal | undefined, { code, message }: MaskloomError): Refusal {
  return { code, example: known?.example ?? message, runs: (known?.runs ?? 0) + 1 };
}
