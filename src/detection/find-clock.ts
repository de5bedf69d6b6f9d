import type { FindMs } from "./finder.ts";

export interface FindClock {
  /** Adds what was spent elsewhere, such as in a thread. */
  add(ms: FindMs): void;
  /** Does the work and adds its time to a part. */
  time<Result>(part: keyof FindMs, work: () => Result): Result;
  /** Does the work, and adds to a part what it took beyond all that was added within it: the waiting. */
  timeRest<Result>(part: keyof FindMs, work: () => Promise<Result>): Promise<Result>;
  readonly ms: FindMs;
}

export function startFindClock(): FindClock {
  const ms = { preprocess: 0, inference: 0, postprocess: 0 };
  return {
    ms,
    add({ preprocess, inference, postprocess }) {
      ms.preprocess += preprocess;
      ms.inference += inference;
      ms.postprocess += postprocess;
    },
    time(part, work) {
      const start = performance.now();
      const result = work();
      ms[part] += performance.now() - start;
      return result;
    },
    async timeRest(part, work) {
      const before = totalOf(ms);
      const start = performance.now();
      const result = await work();
      // Threads that worked at once have spent more than passed.
      ms[part] += Math.max(0, performance.now() - start - (totalOf(ms) - before));
      return result;
    },
  };
}

function totalOf({ preprocess, inference, postprocess }: FindMs): number {
  return preprocess + inference + postprocess;
}
