import type { BulkAction, ChangedRuns, ChangeRuns, TagRuns } from "../../contracts/bulk.ts";
import type { RunUUID } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { deleteRuns, groupByBatch, tagRuns as tagStoredRuns } from "../../store/change-runs.ts";
import { appendEvents } from "../../store/events.ts";
import { findRunPositions } from "../../store/run-list.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit } from "./actor.ts";
import { retryRuns } from "./retry.ts";

/* The same done to many runs: a page in a transaction, so that nobody waits long for a lock. */

/** Runs of one request that are meant by a filter, and the time it takes at most. */
const MOST = 10_000;
const LONGEST_MS = 20_000;
const PAGE = 100;

type Change = (store: Store, actor: Actor, runs: readonly RunUUID[]) => Promise<number>;

const CHANGES: Readonly<Record<BulkAction, Change>> = {
  async retry(store, actor, runs) {
    let begun = 0;
    for (const [batch, own] of await groupByBatch(store.db, actor.owner, runs)) {
      begun += await retryRuns(store, actor, batch, own);
    }
    return begun;
  },
  cancel: async ({ db }, { owner }, runs) => (await cancelRuns(db, owner, { runs })).length,
  delete: ({ db }, { owner }, runs) => deleteRuns(db, owner, runs),
};

export async function changeRuns(store: Store, actor: Actor, which: ChangeRuns): Promise<ChangedRuns> {
  const { action } = which;
  const done = await pageByPage(store, actor, which, (runs) => CHANGES[action](store, actor, runs));
  await note(store, actor, `runs.${action}`, which, done);
  if (action === "delete") await tell(store, actor, action, done);
  if (done.changed > 0) store.wakeUps.notify("events", "cancelled", "ended", "ready");
  return done;
}

export async function tagRuns(store: Store, actor: Actor, which: TagRuns): Promise<ChangedRuns> {
  const done = await pageByPage(store, actor, which, (runs) =>
    tagStoredRuns(store.db, actor.owner, runs, which),
  );
  await note(store, actor, "runs.tag", which, done);
  await tell(store, actor, "tag", done);
  return done;
}

/** What changes no status tells of no run by itself. */
async function tell(
  { db, wakeUps }: Store,
  { owner }: Actor,
  action: "delete" | "tag",
  { changed }: ChangedRuns,
): Promise<void> {
  if (changed === 0) return;
  await appendEvents(db, [{ type: "runs.changed", owner, data: { action, runs: changed } }]);
  wakeUps.notify("events");
}

async function pageByPage(
  { db }: Store,
  { owner }: Actor,
  { runs, filter, before }: Pick<ChangeRuns, "runs" | "filter" | "before">,
  change: (page: readonly RunUUID[]) => Promise<number>,
): Promise<ChangedRuns> {
  const which = runs === undefined ? (filter ?? {}) : { runs };
  const found = await findRunPositions(db, owner, which, before, MOST + 1);
  const meant = found.slice(0, MOST);
  const end = performance.now() + LONGEST_MS;
  let [changed, at] = [0, 0];
  while (at < meant.length && performance.now() < end) {
    const page = meant.slice(at, at + PAGE);
    changed += await change(page.map(({ uuid }) => uuid));
    at += page.length;
  }
  const next = at < found.length ? (meant[at - 1]?.cursor ?? null) : null;
  return { matched: at, changed, more: next !== null, next };
}

/** What was meant, as it was said: runs that are named by their number. */
function note(
  { db }: Store,
  actor: Actor,
  action: string,
  { runs, before: _, ...said }: Partial<TagRuns>,
  { next: __, ...done }: ChangedRuns,
): Promise<void> {
  const detail = { ...said, ...(runs === undefined ? {} : { named: runs.length }), ...done };
  return audit(db, actor, action, "runs", JSON.parse(JSON.stringify(detail)) as JsonObject);
}
