import { LRUCache } from "lru-cache";
import type { BatchUUID, RunUUID } from "../../src/contracts/ids.ts";

interface TaskOfRun {
  readonly batchUUID: BatchUUID;
  readonly runUUID: RunUUID;
}

const BATCHES_REMEMBERED = 1_000;

/**
 * Of each batch the first runs that this process meets: somebody looks at those, and what is wrong with all of a batch shows
 * in them. A run that was started alone is the first of its batch.
 * @param most runs of one batch; 0 = none
 */
export function createRunSample(most: number): (task: TaskOfRun) => boolean {
  const batches = new LRUCache<BatchUUID, Set<RunUUID>>({ max: BATCHES_REMEMBERED });
  return ({ batchUUID, runUUID }) => {
    const runs = batches.get(batchUUID) ?? new Set();
    if (runs.has(runUUID)) return true;
    if (runs.size >= most) return false;
    batches.set(batchUUID, runs.add(runUUID));
    return true;
  };
}
