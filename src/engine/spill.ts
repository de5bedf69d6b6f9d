/* How many tasks of a queue go elsewhere, since they would wait too long. */

/** Tasks on their way for each slot there: one is worked on, one is next. More would wait there instead. */
const TASKS_A_SLOT = 2;

/** A whole number of tasks may come out a little less. */
const ROUNDING = 1e-9;

export interface Waiting {
  /** Tasks that nobody has begun with. */
  readonly waiting: number;
  /** Milliseconds that the last of them would wait; infinite where nobody works on any. */
  readonly waitMs: number;
}

/** The other place: how many tasks it does at a time, and how many it has already. */
interface Elsewhere {
  readonly slots: number;
  readonly tasks: number;
}

/** How many more tasks it takes now. */
export const roomElsewhere = ({ slots, tasks }: Elsewhere): number =>
  Math.max(0, slots * TASKS_A_SLOT - tasks);

/**
 * @param spillMs what they wait for at most before they go
 * @returns how many of the last ones go now; those that stay will have been begun with in time, at the pace of late
 */
export function spillCount({ waiting, waitMs }: Waiting, spillMs: number, elsewhere: Elsewhere): number {
  if (waitMs <= spillMs || waiting === 0) return 0;
  const staying = Number.isFinite(waitMs) ? Math.floor((waiting * spillMs) / waitMs + ROUNDING) : 0;
  return Math.max(0, Math.min(waiting - staying, roomElsewhere(elsewhere)));
}

/** Of a queue whose tasks take so long each; unknown before the first has ended, and then nothing goes. */
export function queueWaitMs(waiting: number, slots: number, taskMs: number | null): number {
  if (slots === 0) return waiting === 0 ? 0 : Number.POSITIVE_INFINITY;
  return taskMs === null ? 0 : (waiting * taskMs) / slots;
}
