/** By what was thrown. */
const atFailure = new WeakMap<object, Readonly<Record<string, number>>>();

/** What the time of a failure had gone to, where a stopwatch ran meanwhile. */
export function timingsOf(thrown: unknown): Readonly<Record<string, number>> {
  return (typeof thrown === "object" && thrown !== null ? atFailure.get(thrown) : undefined) ?? {};
}

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
   * Times `work` as several parts: each moment counts for the first part in `order` that any of its threads of work is in,
   * `rest` is what is left. `enter` begins a thread in a part, and gives what takes it into another one; null ends it.
   */
  async timeParts<Part extends string, T>(
    rest: string,
    order: readonly Part[],
    work: (enter: (part: Part) => (next: Part | null) => void) => Promise<T>,
  ): Promise<T> {
    const threads = new Map<Part, number>();
    let since = performance.now();
    let shown: string = rest;
    const count = (part: Part | null, by: number) => {
      if (part !== null) threads.set(part, (threads.get(part) ?? 0) + by);
    };
    const settle = () => {
      const now = performance.now();
      this.add(shown, now - since);
      since = now;
      shown = order.find((part) => (threads.get(part) ?? 0) > 0) ?? rest;
    };
    const move = (from: Part | null, to: Part | null) => {
      count(from, -1);
      count(to, 1);
      settle();
    };
    try {
      return await work((first) => {
        let current: Part | null = first;
        move(null, first);
        return (next) => {
          move(current, next);
          current = next;
        };
      });
    } finally {
      settle();
    }
  }

  /** Does `work`; where it fails, `timingsOf` what it threw are those of this stopwatch. */
  async rememberAtFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (typeof thrown === "object" && thrown !== null) atFailure.set(thrown, this.timings);
      throw thrown;
    }
  }

  add(part: string, ms: number): void {
    this.#parts.set(part, (this.#parts.get(part) ?? 0) + ms);
  }

  get timings(): Record<string, number> {
    return Object.fromEntries([...this.#parts].map(([part, ms]) => [part, Math.round(ms * 100) / 100]));
  }
}
