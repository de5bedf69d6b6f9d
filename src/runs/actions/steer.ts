import type { BatchUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import { setBatchPriority, setBatchStatus } from "../../store/batches.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { appendEvents } from "../../store/events.ts";
import { idleQueue, listQueues, type QueueState, readQueueNames } from "../../store/queue-list.ts";
import { pauseQueue, resumeQueue } from "../../store/queue-pauses.ts";
import { lockBatch } from "../../store/run-places.ts";
import type { Store } from "../../store/store.ts";
import { OWN_QUEUES } from "../served-queues.ts";
import { type Actor, audit, notThere } from "./actor.ts";

/* Pause, resume, and what is served first. All of it is kept in the database, and outlives every process. */

const STATUS = { pause: "paused", resume: "running" } as const;

type Change = Parameters<ReturnType<Store["db"]["transaction"]>["execute"]>[0];

/** Tasks are taken back from queues while workers lease and settle them: each may wait for the other. */
const transact = (store: Store, change: Change): Promise<unknown> =>
  retryOnDeadlock(() => store.db.transaction().execute(change));

/**
 * Nothing more of a paused batch is begun; what a worker has begun it finishes. What is so already is left so.
 * @throws NOT_FOUND; CONFLICT where it is over
 */
export async function steerBatch(
  store: Store,
  actor: Actor,
  batchUUID: BatchUUID,
  action: keyof typeof STATUS,
): Promise<void> {
  await transact(store, async (db) => {
    if (!(await lockBatch(db, actor.owner, batchUUID))) throw notThere("batch", batchUUID);
    if (await setBatchStatus(db, batchUUID, STATUS[action]))
      await audit(db, actor, `batch.${action}`, batchUUID);
    else await requireOpen(db, batchUUID);
  });
  store.wakeUps.notify("events", "ready");
}

async function requireOpen(db: Store["db"], batchUUID: BatchUUID): Promise<void> {
  const { status } = await db
    .selectFrom("batches")
    .select("status")
    .where("uuid", "=", batchUUID)
    .executeTakeFirstOrThrow();
  if (status === "running" || status === "paused") return;
  throw new MaskloomError("CONFLICT", `batch ${batchUUID}: expected one that is under way, it is ${status}`);
}

/** @param priority 0 is served first; what waits in a queue already is re-ordered, too. @throws NOT_FOUND */
export async function prioritizeBatch(
  store: Store,
  actor: Actor,
  batchUUID: BatchUUID,
  priority: number,
): Promise<void> {
  await transact(store, async (db) => {
    if (!(await lockBatch(db, actor.owner, batchUUID))) throw notThere("batch", batchUUID);
    await setBatchPriority(db, batchUUID, priority);
    await audit(db, actor, "batch.priority", batchUUID, { priority });
    await appendEvents(db, [{ type: "batch.changed", owner: actor.owner, batch: batchUUID }]);
  });
  store.wakeUps.notify("events", "ready");
}

/** @returns the queue as it stands then. @throws NOT_FOUND for a name that nobody uses */
export async function steerQueue(
  store: Store,
  actor: Actor,
  queue: string,
  action: keyof typeof STATUS,
): Promise<QueueState> {
  await findQueue(store, queue);
  await transact(store, async (db) => {
    const changed = action === "pause" ? await pauseQueue(db, queue) : await resumeQueue(db, queue);
    if (changed) await audit(db, actor, `queue.${action}`, queue);
  });
  store.wakeUps.notify("ready", "installation");
  return findQueue(store, queue);
}

export async function listKnownQueues({ db }: Store): Promise<QueueState[]> {
  const listed = await listQueues(db);
  const idle = OWN_QUEUES.filter((name) => !listed.some(({ queue }) => queue === name)).map(idleQueue);
  return [...listed, ...idle].sort((a, b) => (a.queue < b.queue ? -1 : 1));
}

/** Those of `listKnownQueues`, without asking how they are. */
export async function listQueueNames({ db }: Store): Promise<string[]> {
  return [...new Set([...(await readQueueNames(db)), ...OWN_QUEUES])].sort();
}

async function findQueue(store: Store, name: string): Promise<QueueState> {
  const known = await listKnownQueues(store);
  const found = known.find(({ queue }) => queue === name);
  if (found !== undefined) return found;
  const names = known.map(({ queue }) => queue);
  const inpainting =
    name === "inpainting" ? " A worker's `inpainting` stands for all that begin so: name each." : "";
  throw new MaskloomError(
    "NOT_FOUND",
    `queue ${name}: expected some of ${names.join(", ")}: those that tasks wait in or that a worker serves.` +
      (inpainting || suggestion(name, names)),
  );
}
