import type { BatchUUID } from "../contracts/ids.ts";
import { type Following, findLeadingRuns, type LeadingRun } from "../store/followers.ts";
import type { StartedRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";

export interface Flight {
  readonly started: readonly StartedRun[];
  readonly following: readonly Following[];
}

/**
 * The same picture under another name, with the same parameters, in one batch: the work is done once. The second run
 * waits for the first with the same seeds, and then finds its results in the cache; where the first failed, or an
 * expression made something else of the other name, it does its own work.
 */
export async function followLeaders(
  { db }: Store,
  { batchUUID }: { readonly batchUUID: BatchUUID },
  started: readonly StartedRun[],
): Promise<Flight> {
  const identities = [...new Set(started.flatMap(({ identity }) => identity ?? []))];
  if (identities.length === 0) return { started, following: [] };
  const leading = new Map<string, LeadingRun>(await findLeadingRuns(db, batchUUID, identities));
  const following: Following[] = [];
  const begun = started.map((run) => {
    const { runUUID, identity } = run;
    if (identity === null || run.advance.end !== null) return run;
    const leader = leading.get(identity);
    if (leader === undefined) {
      leading.set(identity, leadingRun(run, identity));
      return run;
    }
    following.push({ run: runUUID, leader: leader.runUUID });
    return waitingRun(run, leader);
  });
  return { started: begun, following };
}

function leadingRun({ runUUID, tasks }: StartedRun, identity: string): LeadingRun {
  const seeds = tasks.flatMap(({ step, seed }) => (seed === null ? [] : [[step, seed] as const]));
  return { runUUID, identity, seeds: new Map(seeds) };
}

/** With the leader's seeds, and nothing decided yet. */
function waitingRun(run: StartedRun, { seeds }: LeadingRun): StartedRun {
  const tasks = run.tasks.map((task) => ({ ...task, seed: seeds.get(task.step) ?? task.seed }));
  return { ...run, tasks, advance: { created: [], tasks: [], end: null } };
}
