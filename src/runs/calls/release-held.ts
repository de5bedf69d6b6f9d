import { resumeParked } from "../../engine/decide-parked.ts";
import { instancesOf } from "../../provider-groups.ts";
import { type ProviderSettings, reservedPrice } from "../../provider-settings.ts";
import { endCall } from "../../store/calls.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { type Budget, exceeded, readBudgets } from "../../store/ledger.ts";
import { findHeld, findLeftovers } from "../../store/parked.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import type { Store } from "../../store/store.ts";
import { lockTask } from "../review/decide.ts";

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

/**
 * Room for one call of the task, at any instance that its provider stands for.
 * @returns what counts it among the promised; null where there is none
 */
async function findRoom(
  { db }: Pick<Store, "db">,
  { ownerUUID: owner, batchUUID: batch, runUUID: run, model }: HeldTask,
  instances: readonly ProviderSettings[],
  promised: Map<string, number>,
): Promise<(() => void) | null> {
  for (const provider of instances) {
    const price = reservedPrice(provider, model ?? "");
    const scope = { owner, batch, run, provider: provider.id };
    const names = { owner, batch, run, all: batch, day: "" };
    const nameOf = ({ of }: Budget) => (of === "all" ? `all ${batch}` : `${provider.id} ${of} ${names[of]}`);
    const budgets = (await readBudgets(db, scope, provider.maxCost)).map((budget) => ({
      ...budget,
      used: budget.used + (promised.get(nameOf(budget)) ?? 0),
    }));
    if (exceeded(budgets, price) !== null) continue;
    return () => {
      for (const budget of budgets) promised.set(nameOf(budget), (promised.get(nameOf(budget)) ?? 0) + price);
    };
  }
  return null;
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

/** Calls of tasks that are over, such as cancelled ones, are left to the person who reads the bill: they may be on it. */
export async function parkLeftovers(store: Store): Promise<void> {
  const message = "its task ended while it was under way: cancelled, say. It may still be billed";
  for (const callUUID of await findLeftovers(store.db, LEFTOVER_MS, LIMIT))
    await endCall(store.db, callUUID, { state: "uncertain", error: { code: "CALL_UNCERTAIN", message } });
}
