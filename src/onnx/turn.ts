const WAITING = 0;
const DROPPED = 1;
const BEGUN = 2;

/**
 * Whether a job still waits for its thread, seen alike from both sides: either the thread begins it, or its
 * owner drops it, never both. What has begun is left to end, since a thread cannot be stopped within native
 * code: its death there takes the whole process along.
 */
export type Turn = Int32Array<SharedArrayBuffer>;

export function createTurn(): Turn {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** The thread's claim; false where the job was dropped. */
export function begin(turn: Turn): boolean {
  return Atomics.compareExchange(turn, 0, WAITING, BEGUN) === WAITING;
}

/** The owner's claim; false where the job has begun (or was dropped before). */
export function drop(turn: Turn): boolean {
  return Atomics.compareExchange(turn, 0, WAITING, DROPPED) === WAITING;
}
