/* Which of several instances of a provider a call goes to. Each says what is under way and how it went lately; whoever asks
   looks again until it has one. */

/** One instance of a group as it is at this moment, by what all workers together have written down. */
export interface InstanceLoad {
  readonly id: string;
  /** Calls that it does at a time. */
  readonly slots: number;
  /** Milliseconds since each call under way there was sent. */
  readonly underWayMs: readonly number[];
  /** What its last call was made with, and so is loaded there; null before the first. */
  readonly lastModel: string | null;
  /** Milliseconds since its last call with another model than that; null where that is long ago. */
  readonly changedAgoMs: number | null;
  /** Milliseconds that a call there took lately; null before the first has ended. */
  readonly callMs: number | null;
  /** Milliseconds since it failed as a whole, such as by not being there; null where the last call ended otherwise. */
  readonly failedAgoMs: number | null;
  /** Milliseconds for which nothing is sent there, because it failed again and again; 0 where it is well. */
  readonly restMs: number;
  /** It takes part only while a task would wait longer than this for the others; null = always. */
  readonly spillMs: number | null;
}

/** Tasks of the group that have no call under way, by the model that they want. */
export interface GroupQueue {
  /** In the hands of workers: whoever is let go first makes its call. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Those, and all that stand in the queue behind them. */
  readonly backlog: ReadonlyMap<string, number>;
  /** Calls that a task takes on average. */
  readonly callsPerTask: number;
  /** What loading another model takes there, in milliseconds; 0 where nothing is loaded. */
  readonly changeMs: number;
}

export interface RankedInstance {
  readonly id: string;
  /** Milliseconds until a call that waits for it would be worked on. */
  readonly waitMs: number;
  /** Whether one of its slots should be free. */
  readonly isFree: boolean;
}

/** Whoever has just been given a model keeps it this long, though others want another. */
export const MODEL_DWELL_MS = 60_000;
/** One that was not there a moment ago is asked last. */
const SHY_MS = 30_000;
const SHY_PENALTY_MS = 120_000;
/** Of a call of which nothing is known yet. */
const UNKNOWN_CALL_MS = 60_000;

/**
 * The instances that may be given a call with this model, the one that is done with it first before all others. An
 * instance that has another model is left to those in hand that want that one, except where no instance has this
 * call's, and then not again within a minute: models change seldom, and nobody waits beside an idle machine for ever.
 */
export function rankInstances(
  model: string,
  instances: readonly InstanceLoad[],
  queue: GroupQueue,
): readonly RankedInstance[] {
  const present = instances.filter(({ restMs }) => restMs === 0);
  const queueWaitMs = expectedWaitMs(present, queue);
  const partaking = present.filter(({ spillMs }) => spillMs === null || queueWaitMs > spillMs);
  const isSomewhere = partaking.some(({ lastModel }) => lastModel === model);
  return partaking
    .filter((one) => isOpenTo(model, one, queue, isSomewhere))
    .map((one) => ({ one, ...rank(model, one, queue) }))
    .sort(
      (a, b) =>
        a.waitMs - b.waitMs ||
        Number(b.one.lastModel === model) - Number(a.one.lastModel === model) ||
        a.one.underWayMs.length / a.one.slots - b.one.underWayMs.length / b.one.slots,
    )
    .map(({ one: { id }, waitMs, isFree }) => ({ id, waitMs, isFree }));
}

/**
 * How long a task that joins the group's queue now would wait for those instances that always take part, in milliseconds:
 * what stands before it, at the pace of late. Infinite where none of them takes anything, 0 while nothing is known.
 */
export function expectedWaitMs(
  instances: readonly InstanceLoad[],
  { backlog, callsPerTask }: GroupQueue,
): number {
  const regular = instances.filter(({ restMs, spillMs }) => restMs === 0 && spillMs === null);
  if (regular.length === 0) return Number.POSITIVE_INFINITY;
  const known = regular.flatMap(({ callMs }) => callMs ?? []);
  const mean = known.reduce((sum, ms) => sum + ms, 0) / known.length;
  if (known.length === 0) return 0;
  const callsPerMs = regular.reduce((sum, { slots, callMs }) => sum + slots / Math.max(1, callMs ?? mean), 0);
  const before = [...backlog.values()].reduce((sum, count) => sum + count, 0);
  return (before * callsPerTask) / callsPerMs;
}

function isOpenTo(
  model: string,
  { lastModel, changedAgoMs }: InstanceLoad,
  { waiting, changeMs }: GroupQueue,
  isSomewhere: boolean,
): boolean {
  if (changeMs === 0 || lastModel === null || lastModel === model) return true;
  if ((waiting.get(lastModel) ?? 0) === 0) return true;
  return !isSomewhere && (changedAgoMs === null || changedAgoMs >= MODEL_DWELL_MS);
}

function rank(
  model: string,
  { slots, underWayMs, lastModel, callMs, failedAgoMs }: InstanceLoad,
  { backlog, changeMs }: GroupQueue,
): { readonly waitMs: number; readonly isFree: boolean } {
  const took = callMs ?? UNKNOWN_CALL_MS;
  /* What is late is late for a while longer: one that hangs must not look as if it were about to end. */
  const left = underWayMs.map((age) => Math.abs(took - age)).sort((a, b) => a - b);
  const isFree = left.length < slots;
  const others = Math.max(0, (backlog.get(model) ?? 0) - 1);
  const busyMs = isFree ? 0 : (left[left.length - slots] ?? 0) + (others * took) / slots;
  const change = lastModel === model ? 0 : changeMs;
  const shy = failedAgoMs !== null && failedAgoMs < SHY_MS ? SHY_PENALTY_MS : 0;
  return { waitMs: busyMs + change + shy, isFree };
}
