import type { TaskUUID } from "../contracts/ids.ts";

/** Seeds that every provider takes and every JSON parser keeps: 1 … 2^32 − 1. */
const MAX_SEED = 2 ** 32 - 1;

/** @param random in [0, 1) */
export function randomSeed(random: number): number {
  return 1 + Math.floor(random * MAX_SEED);
}

/** For a task that was planned without one and is moved to where chance plays a part: the same each time it is asked for. */
export function seedOf(task: TaskUUID): number {
  return 1 + (Number.parseInt(task.slice(0, 8), 16) % MAX_SEED);
}

/** A seed some places on; beyond either end of the seeds that are chosen here it begins anew at the other. */
export function shiftSeed(seed: number, by: number): number {
  const shifted = seed + by;
  if (shifted >= 0 && (shifted <= MAX_SEED || seed > MAX_SEED)) return shifted;
  return 1 + ((((shifted - 1) % MAX_SEED) + MAX_SEED) % MAX_SEED);
}
