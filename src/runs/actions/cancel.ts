import type { BatchUUID, RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../../contracts/run.ts";
import { MaskloomError } from "../../errors.ts";
import { stopFeed } from "../../store/batch-feeds.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { cancelTask as cancelStoredTask } from "../../store/cancel-task.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { findRunPlace, findTaskPlace, lockBatch } from "../../store/run-places.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit, notThere } from "./actor.ts";

/* What is cancelled ends at once. A worker in the middle of it hears of it and stops; what it still says is refused. */

/** Cancelling a run that has ended changes nothing. @returns whether it was cancelled now @throws NOT_FOUND */
export async function cancelRun(store: Store, actor: Actor, runUUID: RunUUID): Promise<boolean> {
  if ((await findRunPlace(store.db, actor.owner, runUUID)) === null) throw notThere("run", runUUID);
  const cancelled = await cancelRuns(store.db, actor.owner, { runs: [runUUID] });
  if (cancelled.length === 0) return false;
  store.wakeUps.notify("events", "cancelled", "ended"); // first: whoever works on it goes on until it is told
  await audit(store.db, actor, "run.cancel", runUUID);
  return true;
}

/**
 * One task, and with it whatever stands on it; steps that do not need it go on.
 * @returns its run
 * @throws NOT_FOUND; CONFLICT where it is done
 */
export async function cancelTask(store: Store, actor: Actor, taskUUID: TaskUUID): Promise<RunUUID> {
  const place = await findTaskPlace(store.db, actor.owner, taskUUID);
  if (place === null) throw notThere("task", taskUUID);
  if (DONE_TASK_STATUSES.has(place.status)) throw isDone(taskUUID, place.status);
  const transact = () =>
    store.db.transaction().execute(async (db) => {
      if (!(await cancelStoredTask(db, place.runUUID, taskUUID, store.decideFor))) return false;
      await audit(db, actor, "task.cancel", taskUUID);
      return true;
    });
  if (!(await retryOnDeadlock(transact))) throw isDone(taskUUID, "done by now");
  store.wakeUps.notify("events", "cancelled", "ready", "ended");
  return place.runUUID;
}

/** A batch with all its unfinished runs, and with what it was still to be fed. Again it changes nothing. @throws NOT_FOUND */
export async function cancelBatch(store: Store, actor: Actor, batchUUID: BatchUUID): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    if (!(await lockBatch(db, actor.owner, batchUUID))) throw notThere("batch", batchUUID);
    await stopFeed(db, batchUUID);
  });
  const cancelled = await cancelRuns(store.db, actor.owner, { batch: batchUUID });
  store.wakeUps.notify("events", "cancelled", "ended");
  await audit(store.db, actor, "batch.cancel", batchUUID, { runs: cancelled.length });
}

const isDone = (taskUUID: TaskUUID, status: string) =>
  new MaskloomError("CONFLICT", `task ${taskUUID}: expected one that is not done, got one that is ${status}`);
