import { setImmediate } from "node:timers/promises";
import { MaskloomError } from "../errors.ts";

/** Work on pixels that can be laid aside: it yields wherever it may rest, after every row say. */
export type Steps<Result> = Generator<undefined, Result>;

/**
 * How long such work keeps everything else in its process waiting: heartbeats, cancellations, other tasks. Long beside
 * what a rest costs.
 */
const SLICE_MS = 20;

/** Without a rest: for who has nothing else to do. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Rests between slices, so that whatever else waits has its turn.
 * @throws CANCELLED at the beginning or at the next rest once the signal has fired
 */
export async function inSlices<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
  throwIfCancelled(signal);
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < end) continue;
    await setImmediate();
    throwIfCancelled(signal);
    end = performance.now() + SLICE_MS;
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new MaskloomError("CANCELLED", "work on a picture was cancelled", { cause: signal.reason });
}
