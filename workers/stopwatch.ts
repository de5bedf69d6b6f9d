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

  /** Times `work` as two parts: what it hands to its argument is `inner`, the remainder is `rest`. */
  async timeRest<T>(
    rest: string,
    inner: string,
    work: (timeInner: <R>(step: () => Promise<R>) => Promise<R>) => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    let innerMs = 0;
    const result = await work(async (step) => {
      const stepStart = performance.now();
      try {
        return await step();
      } finally {
        innerMs += performance.now() - stepStart;
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
