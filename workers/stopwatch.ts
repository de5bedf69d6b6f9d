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

  add(part: string, ms: number): void {
    this.#parts.set(part, (this.#parts.get(part) ?? 0) + ms);
  }

  get timings(): Record<string, number> {
    return Object.fromEntries([...this.#parts].map(([part, ms]) => [part, Math.round(ms * 100) / 100]));
  }
}
