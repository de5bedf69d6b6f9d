import type { TaskUUID } from "../../contracts/ids.ts";
import type { DecidedMany, DecideManyParked, ParkedDecision } from "../../contracts/parked.ts";
import { MaskloomError } from "../../errors.ts";
import { findParked } from "../../store/parked.ts";
import type { Store } from "../../store/store.ts";
import type { Actor } from "../actions/actor.ts";
import { decideParked } from "./decide-parked.ts";

/** Of one request, and the time it takes at most. */
const MOST = 10_000;
const LONGEST_MS = 20_000;
/** Between two looks at the clock. */
const PAGE = 10;

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
  const found = await find(store, actor, { tasks, ...filter }, decision.decision, by);
  const meant = found.slice(0, MOST);
  let [at, decided] = [0, 0];
  while (at < meant.length && performance.now() < end) {
    const page = meant.slice(at, at + PAGE);
    for (const taskUUID of page)
      if (await isDecided(decideParked(store, actor, taskUUID, decision))) decided += 1;
    at += page.length;
  }
  /* Those that are named and do not wait any more are told of once. */
  const gone = until === undefined && tasks !== undefined ? tasks.length - found.length : 0;
  return { decided, left: at - decided + gone, more: at < found.length, until: by.toISOString() };
}

async function find(
  { db }: Store,
  { owner }: Actor,
  filter: NonNullable<DecideManyParked["filter"]> & Pick<DecideManyParked, "tasks">,
  decision: ParkedDecision,
  until: Date,
): Promise<readonly TaskUUID[]> {
  const isBill = decision === "markBilled";
  const goesOn = decision === "resend";
  /* What is held was never sent. */
  if (isBill && filter.status === "held") return [];
  const meant = isBill ? { ...filter, status: "uncertain" as const } : filter;
  return findParked(db, owner, { ...meant, goesOn }, { until, limit: MOST + 1 });
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
