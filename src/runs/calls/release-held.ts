import { instancesOf } from "../../config/provider-groups.ts";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import { resumeParked } from "../../engine/decide-parked.ts";
import { endCall, type Spent } from "../../store/calls.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { appendEvents } from "../../store/events.ts";
import { findHeld, findLeftovers } from "../../store/parked.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import type { Store } from "../../store/store.ts";
import { lockTask } from "../review/decide.ts";
import { findRoom } from "./budget-room.ts";

const LIMIT = 200;
/** Whoever is about to end a call of a task that is over has this time for it. */
const LEFTOVER_MS = 60_000;

/**
 * Lets go on what a budget held and now has room: after a limit was raised, a day began, or a call cost less than was
 * reserved for it. No more at a time than there is money for, since each of them reserves anew.
 * @returns how many
 */
export async function releaseHeld(store: Store, settings: readonly ProviderSettings[]): Promise<number> {
  /** What this round lets go will reserve. */
  const promised = new Map<string, number>();
  let released = 0;
  for (const task of await findHeld(store.db, LIMIT)) {
    if (task.provider === null || task.model === null) continue;
    const reserve = await findRoom(store, task, instancesOf(settings, task.provider), promised);
    if (reserve === null) continue;
    reserve();
    if (await retryOnDeadlock(() => release(store, task))) released += 1;
  }
  if (released > 0) store.wakeUps.notify("events", "ready");
  return released;
}

async function release(store: Store, { runUUID, taskUUID }: HeldTask): Promise<boolean> {
  return store.db.transaction().execute(async (db) => {
    const { task } = await lockTask(db, runUUID, taskUUID);
    if (task.status !== "held") return false;
    await advanceRuns(db, [runUUID], store.decideFor, [resumeParked(task)]);
    return true;
  });
}

type HeldTask = Awaited<ReturnType<typeof findHeld>>[number];

/**
 * Calls of tasks that are over, such as cancelled ones, are left to the person who reads the bill: they may be on it. Of
 * those that cost nothing there is nothing to be decided.
 */
export async function parkLeftovers(store: Store, onSpent: (spent: Spent) => void): Promise<void> {
  const leftovers = await findLeftovers(store.db, LEFTOVER_MS, LIMIT);
  for (const leftover of leftovers) {
    const spent = await retryOnDeadlock(() => parkLeftover(store, leftover));
    if (spent !== null) onSpent(spent);
  }
  if (leftovers.length > 0) store.wakeUps.notify("events");
}

type Leftover = Awaited<ReturnType<typeof findLeftovers>>[number];

async function parkLeftover({ db }: Store, leftover: Leftover): Promise<Spent | null> {
  const { callUUID, taskUUID: task, runUUID: run, batchUUID: batch, ownerUUID: owner, step } = leftover;
  const ended = "its task ended while it was under way: cancelled, say";
  if (!leftover.isPaid)
    return endCall(db, callUUID, { state: "failed", error: { code: "CANCELLED", message: ended } });
  const error = { code: "CALL_UNCERTAIN", message: `${ended}. It may still be billed` } as const;
  return db.transaction().execute(async (within) => {
    const spent = await endCall(within, callUUID, { state: "uncertain", error });
    if (spent !== null)
      await appendEvents(within, [
        { type: "task.uncertain", owner, batch, run, task, data: { step, error } },
      ]);
    return spent;
  });
}
