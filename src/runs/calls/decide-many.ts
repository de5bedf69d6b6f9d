import type { DecidedMany, DecideManyParked } from "../../contracts/parked.ts";
import { MaskloomError } from "../../errors.ts";
import { findParked } from "../../store/parked.ts";
import type { Store } from "../../store/store.ts";
import type { Actor } from "../actions/actor.ts";
import { decideParked } from "./decide-parked.ts";

/** Of one request, and the time it takes at most. */
const MOST = 10_000;
const LONGEST_MS = 20_000;

/**
 * The same decision about many tasks, each in a transaction of its own. What the decision does not fit any more is left:
 * somebody else was faster, or it went on by itself.
 */
export async function decideMany(
  store: Store,
  actor: Actor,
  { tasks, filter = {}, until, ...decision }: DecideManyParked,
): Promise<DecidedMany> {
  const end = performance.now() + LONGEST_MS;
  const by = until === undefined ? new Date() : new Date(until);
  const status = decision.decision === "markBilled" ? ("uncertain" as const) : filter.status;
  const isNothing = filter.status !== undefined && filter.status !== status;
  const meant = isNothing
    ? []
    : (tasks ??
      (await findParked(store.db, actor.owner, { ...filter, status }, { until: by, limit: MOST + 1 })));
  let [at, decided] = [0, 0];
  for (; at < Math.min(meant.length, MOST) && performance.now() < end; at++) {
    const [taskUUID] = meant.slice(at, at + 1);
    if (taskUUID !== undefined && (await isDecided(decideParked(store, actor, taskUUID, decision))))
      decided++;
  }
  return { decided, left: at - decided, more: at < meant.length, until: by.toISOString() };
}

const GONE = new Set(["CONFLICT", "NOT_FOUND"]);

async function isDecided(deciding: Promise<void>): Promise<boolean> {
  try {
    await deciding;
    return true;
  } catch (error) {
    if (error instanceof MaskloomError && GONE.has(error.code)) return false;
    throw error;
  }
}
