/** Milliseconds per part of the work; a part named twice adds up. */
export class Stopwatch {
  readonly #parts = new Map<string, number>();

  async time<T>(part: string, work: () => Promise<T> | T): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.add(part, performance.now() - start);
    }
  }

  /**
   * Times `work` as two parts: `inner` is while at least one of the steps that it hands to its argument is under way,
   * `rest` is the remainder.
   */
  async timeRest<T>(
    rest: string,
    inner: string,
    work: (timeInner: <R>(step: () => Promise<R>) => Promise<R>) => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    let innerMs = 0;
    let running = 0;
    let runningSince = 0;
    const result = await work(async (step) => {
      if (running++ === 0) runningSince = performance.now();
      try {
        return await step();
      } finally {
        if (--running === 0) innerMs += performance.now() - runningSince;
      }
    });
    this.add(inner, innerMs);
    this.add(rest, performance.now() - start - innerMs);
    return result;
  }

  add(part: string, ms: number): void {
    this.#parts.set(part, (this.#parts.get(part) ?? 0) + ms);
  }

  get timings(): Record<string, number> {
    return Object.fromEntries([...this.#parts].map(([part, ms]) => [part, Math.round(ms * 100) / 100]));
  }
}
