import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { DONE_RUN_STATUSES, type RunDetail } from "../contracts/run.ts";
import { followEvents } from "../runs/follow.ts";
import { currentCursor } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { findRun } from "./find-run.ts";

/**
 * The run once it has ended, or as it stands when the time is up or `signal` aborts.
 * @throws NOT_FOUND also where the run is somebody else's
 */
export async function waitForRun(
  store: Store,
  owner: OwnerUUID,
  runUUID: RunUUID,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RunDetail> {
  /* The cursor comes first: an end between reading the run and following its events is among them. */
  const cursor = await currentCursor(store.db);
  const run = await findRun(store, owner, runUUID);
  if (DONE_RUN_STATUSES.has(run.status) || timeoutMs === 0) return run;
  const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  for await (const event of followEvents(store, { owner, run: runUUID }, cursor, until)) {
    if (event.type === "run.ended") break;
  }
  return findRun(store, owner, runUUID);
}
