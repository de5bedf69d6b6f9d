import type { FindMs } from "./finder.ts";

export interface FindClock {
  /** Does the work and adds its time to a part. */
  time<Result>(part: keyof FindMs, work: () => Result): Result;
  timeAsync<Result>(part: keyof FindMs, work: () => Promise<Result>): Promise<Result>;
  /** Does the work, and adds to a part what it took beyond the other parts that were timed within it. */
  timeRest<Result>(part: keyof FindMs, work: () => Promise<Result>): Promise<Result>;
  readonly ms: FindMs;
}

export function startFindClock(): FindClock {
  const ms = { preprocess: 0, inference: 0, postprocess: 0 };
  return {
    ms,
    time(part, work) {
      const start = performance.now();
      const result = work();
      ms[part] += performance.now() - start;
      return result;
    },
    async timeAsync(part, work) {
      const start = performance.now();
      const result = await work();
      ms[part] += performance.now() - start;
      return result;
    },
    async timeRest(part, work) {
      const before = totalOf(ms);
      const start = performance.now();
      const result = await work();
      ms[part] += performance.now() - start - (totalOf(ms) - before);
      return result;
    },
  };
}

function totalOf({ preprocess, inference, postprocess }: FindMs): number {
  return preprocess + inference + postprocess;
}
