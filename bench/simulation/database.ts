import type { Clock } from "./clock.ts";
import { afterwards, type Span } from "./span.ts";

/** PostgreSQL as the processor time that it was measured to need: so many transactions a second, one after the other, nothing while it is away. */
export class Database {
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #outage: Span | undefined;
  readonly #busyByMinute = new Map<number, number>();
  #freeAt = 0;

  constructor(clock: Clock, transactionsPerSecond: number, outage?: Span) {
    this.#clock = clock;
    this.#seconds = 1 / transactionsPerSecond;
    this.#outage = outage;
  }

  /** @returns when a transaction that is asked for now is committed */
  commit(): number {
    const start = Math.max(this.#clock.now, this.#freeAt);
    this.#freeAt = afterwards(this.#outage, start) + this.#seconds;
    const minute = Math.floor(this.#freeAt / 60);
    this.#busyByMinute.set(minute, (this.#busyByMinute.get(minute) ?? 0) + this.#seconds);
    return this.#freeAt;
  }

  /** Share of each minute from this one on in which it worked. */
  useByMinute(from: number): number[] {
    return [...this.#busyByMinute].filter(([minute]) => minute * 60 >= from).map(([, busy]) => busy / 60);
  }
}
