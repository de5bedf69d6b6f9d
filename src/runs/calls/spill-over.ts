import { instancesOf } from "../../config/provider-groups.ts";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { BatchUUID } from "../../contracts/ids.ts";
import { expectedWaitMs } from "../../engine/rank-instances.ts";
import { type FallbackPlace, fallbackPlaces, waysOf } from "../../engine/resolved-workflow.ts";
import { spillTask } from "../../engine/settle-step.ts";
import { queueWaitMs, roomElsewhere, spillCount, type Waiting } from "../../engine/spill.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { readGroupQueue, readInstanceLoads } from "../../store/instance-loads.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import {
  countTasksAt,
  findSpillingBatches,
  findUnreserved,
  findWaiting,
  holdWaiting,
  readQueuePace,
  type WaitingTask,
} from "../../store/spilling.ts";
import type { Store } from "../../store/store.ts";
import { lockTask } from "../review/decide.ts";
import { findRoom } from "./budget-room.ts";
import { configuredLoads } from "./call-places.ts";

/** A step whose tasks may go elsewhere, for one batch. */
interface Spilling {
  readonly batch: BatchUUID;
  readonly step: string;
  readonly queue: string;
  readonly provider: string | null;
  /** In the order in which they are written. */
  readonly places: readonly FallbackPlace[];
  readonly spillMs: number;
}

/**
 * Moves tasks to their step's fallback where its `when` says so: those that would wait too long, from the end of the queue, no
 * more than the other place takes now, and where that costs money no more than its limits leave room for. For whom there is no
 * room at the first of several places there may be some at the next.
 * @returns how many
 */
export async function spillOver(store: Store, settings: readonly ProviderSettings[]): Promise<number> {
  let moved = 0;
  for (const batch of await findSpillingBatches(store.db)) {
    for (const spilling of await spillingOf(store, batch)) {
      for (const place of spilling.places) moved += await spillTo(store, settings, spilling, place);
    }
  }
  if (moved > 0) store.wakeUps.notify("events", "ready");
  return moved;
}

async function spillTo(
  store: Store,
  settings: readonly ProviderSettings[],
  spilling: Spilling,
  place: FallbackPlace,
): Promise<number> {
  const elsewhere = await loadAt(store, settings, place);
  if (roomElsewhere(elsewhere) === 0) return 0;
  const waiting = await waitingIn(store, settings, spilling.queue, spilling.provider);
  const count = spillCount(waiting, spilling.spillMs, elsewhere);
  return count > 0 ? spill(store, settings, { ...spilling, place }, count, elsewhere.tasks) : 0;
}

async function spillingOf(store: Store, batch: BatchUUID): Promise<readonly Spilling[]> {
  const { resolved } = await store.batchContext(batch);
  return Object.entries(resolved.steps).flatMap(([step, whole]) =>
    waysOf(whole).flatMap((way) => {
      const { queue, provider, fallback } = way;
      const places = fallbackPlaces(way).filter((place) => place.queue !== queue);
      if (fallback?.spillMs === undefined || places.length === 0) return [];
      return [{ batch, step, queue, provider, places, spillMs: fallback.spillMs }];
    }),
  );
}

/** Instances elsewhere tell by their calls how they are; this machine's queue by its tasks. */
async function waitingIn(
  { db }: Store,
  settings: readonly ProviderSettings[],
  queue: string,
  provider: string | null,
): Promise<Waiting> {
  const { waiting, slots, taskMs } = await readQueuePace(db, queue);
  const instances = instancesOf(settings, provider ?? "");
  if (provider === null || instances.length === 0)
    return { waiting, waitMs: queueWaitMs(waiting, slots, taskMs) };
  const loads = await readInstanceLoads(db, configuredLoads(instances));
  const ids = instances.map(({ id }) => id);
  const group = await readGroupQueue(db, provider, ids);
  return { waiting, waitMs: expectedWaitMs(loads, { ...group, changeMs: 0 }) };
}

async function loadAt(
  { db }: Store,
  settings: readonly ProviderSettings[],
  { provider, queue }: FallbackPlace,
): Promise<{ readonly slots: number; readonly tasks: number }> {
  const instances = instancesOf(settings, provider ?? "");
  if (provider === null || instances.length === 0) {
    const { slots, waiting } = await readQueuePace(db, queue);
    return { slots, tasks: waiting };
  }
  const slots = instances.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return { slots, tasks: await countTasksAt(db, provider) };
}

/** @param before tasks that are there already */
async function spill(
  store: Store,
  settings: readonly ProviderSettings[],
  { batch, step, queue, place }: Spilling & { readonly place: FallbackPlace },
  count: number,
  before: number,
): Promise<number> {
  const { provider, model } = place;
  const instances = instancesOf(settings, provider ?? "");
  const costs = provider !== null && instances.length > 0;
  const promised = costs
    ? await promisedBefore(store, provider, instances, before)
    : new Map<string, number>();
  let moved = 0;
  for (const task of await findWaiting(store.db, { batch, step, queue }, count)) {
    if (costs) {
      const promise = await findRoom(store, { ...task, model }, instances, promised);
      if (promise === null) return moved;
      promise();
    }
    if (await move(store, task, queue, place)) moved += 1;
  }
  return moved;
}

/**
 * What those that went before will reserve, by limit: each by its own model and on its own batch's and owner's account, since
 * they may be anybody's. One whose own limit is reached will be held, and reserves nothing. Of one that repaints several
 * regions the first call counts alone: should it take the room of one that moves now, that one is held, and nothing is spent
 * beyond a limit, for each call is held against them again when it is reserved.
 * @param most that there are of them: they are fewer than the place has room for, or none would move now
 */
async function promisedBefore(
  store: Store,
  provider: string,
  instances: readonly ProviderSettings[],
  most: number,
): Promise<Map<string, number>> {
  const promised = new Map<string, number>();
  for (const task of await findUnreserved(store.db, provider, most)) {
    const promise = await findRoom(store, task, instances, promised);
    promise?.();
  }
  return promised;
}

async function move(
  store: Store,
  { batchUUID, runUUID, taskUUID }: WaitingTask,
  queue: string,
  place: FallbackPlace,
): Promise<boolean> {
  const { workflow, resolved } = await store.batchContext(batchUUID);
  return retryOnDeadlock(() =>
    store.db.transaction().execute(async (db) => {
      const { run, task } = await lockTask(db, runUUID, taskUUID);
      if (!(await holdWaiting(db, taskUUID, queue))) return false;
      const change = spillTask(workflow, resolved, run, task, place);
      if (change === null) return false;
      await advanceRuns(db, [runUUID], store.decideFor, [change]);
      return true;
    }),
  );
}
