import type { BatchUUID, RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { isRetryable, redoFailed } from "../../engine/redo.ts";
import { MaskloomError } from "../../errors.ts";
import { feedAgain } from "../../store/batch-feeds.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { loadEndedRuns, redoTasks, reviveBatches } from "../../store/redo-tasks.ts";
import { findRunPlace, findTaskPlace, listFailedRuns, lockBatch } from "../../store/run-places.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit, notThere } from "./actor.ts";

/* The same once more: what failed or was cancelled begins again with its seed and all its tries; what succeeded stays. */

/**
 * Goes on with a run from where it failed or was cancelled.
 * @throws NOT_FOUND; CONFLICT where it has not ended, where nothing of it failed, and where its picture was never taken in
 */
export async function retryRun(store: Store, actor: Actor, runUUID: RunUUID): Promise<void> {
  const place = await findRunPlace(store.db, actor.owner, runUUID);
  if (place === null) throw notThere("run", runUUID);
  const begun = await redo(store, actor, place.batchUUID, [runUUID], null, async (db) => {
    await audit(db, actor, "run.retry", runUUID);
  });
  if (begun === 0) throw notRetryable("run", runUUID, place.status);
}

/**
 * One failed or cancelled task of an ended run again, with what stands on it.
 * @throws NOT_FOUND, CONFLICT
 */
export async function retryTask(store: Store, actor: Actor, taskUUID: TaskUUID): Promise<RunUUID> {
  const place = await findTaskPlace(store.db, actor.owner, taskUUID);
  if (place === null) throw notThere("task", taskUUID);
  const { runUUID, batchUUID, status } = place;
  if (!isRetryable(place)) throw notRetryable("task", taskUUID, status);
  const begun = await redo(store, actor, batchUUID, [runUUID], taskUUID, async (db) => {
    await audit(db, actor, "task.retry", taskUUID);
  });
  if (begun === 0) throw notRetryable("task", taskUUID, status);
  return runUUID;
}

export interface RetriedBatch {
  /** Runs that began again. */
  readonly retried: number;
  /** Failed runs whose pictures were never taken in, and are to be had no more: they have to be submitted again. */
  readonly left: number;
}

/** Runs of one transaction. */
const PAGE = 50;

/** Every failed or partial run of a batch again; those that were cancelled stay so. @throws NOT_FOUND, CONFLICT */
export async function retryFailed(store: Store, actor: Actor, batchUUID: BatchUUID): Promise<RetriedBatch> {
  const count = { retried: 0, left: 0 };
  let after: RunUUID | null = null;
  for (;;) {
    const page: RunUUID[] = await listFailedRuns(store.db, actor.owner, batchUUID, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    const begun = await redo(store, actor, batchUUID, page, null, async () => undefined);
    count.retried += begun;
    count.left += page.length - begun;
    after = last;
  }
  await audit(store.db, actor, "batch.retry-failed", batchUUID, { ...count });
  return count;
}

/** Those of a batch's runs again that failed or were cancelled. @returns how many */
export function retryRuns(
  store: Store,
  actor: Actor,
  batchUUID: BatchUUID,
  runs: readonly RunUUID[],
): Promise<number> {
  return redo(store, actor, batchUUID, runs, null, async () => undefined);
}

/** @returns how many of the runs began again */
async function redo(
  store: Store,
  { owner }: Actor,
  batchUUID: BatchUUID,
  runs: readonly RunUUID[],
  only: TaskUUID | null,
  note: (db: Store["db"]) => Promise<void>,
): Promise<number> {
  const { workflow } = await store.batchContext(batchUUID);
  const transact = () =>
    store.db.transaction().execute(async (db) => {
      if (!(await lockBatch(db, owner, batchUUID))) return 0; // before its runs: whoever ends it must not miss them
      const ended = await loadEndedRuns(db, runs);
      const redone = ended
        .map((run) => ({ runUUID: run.runUUID, tasks: redoFailed(workflow, run, only) }))
        .filter(({ tasks }) => tasks.length > 0);
      const unread = ended.filter((run) => run.tasks.length === 0).map((run) => run.runUUID);
      const fed = unread.length === 0 ? 0 : await feedAgain(db, batchUUID, unread);
      if (redone.length + fed === 0) return 0;
      await reviveBatches(db, owner, [batchUUID]);
      if (redone.length > 0) {
        const begun = redone.map(({ runUUID }) => runUUID);
        const tasks = redone.flatMap((run) => run.tasks);
        await redoTasks(db, begun, tasks);
        await advanceRuns(db, begun, store.decideFor);
      }
      await note(db);
      return redone.length + fed;
    });
  const begun = await retryOnDeadlock(transact);
  store.wakeUps.notify("events", "ready", "ended", "feeds");
  return begun;
}

const notRetryable = (kind: "run" | "task", uuid: string, status: string) =>
  new MaskloomError(
    "CONFLICT",
    `${kind} ${uuid}: expected something that failed or was cancelled, of a run that has ended and whose picture was ` +
      `taken in; it is ${status}. A reroll makes what is finished anew with another seed`,
  );
