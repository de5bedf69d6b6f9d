import { DEFAULT_RETRIES, retryDelayMs } from "../../src/engine/settle.ts";
import type { Chance } from "./chance.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import { FairQueue } from "./fair-queue.ts";
import { LIMITS } from "./limits.ts";
import type { Run } from "./run.ts";

export interface StationParts {
  readonly clock: Clock;
  readonly database: Database;
  readonly chance: Chance;
  /** Of work, for one task. */
  readonly seconds: (run: Run) => number;
  /** Share of tries that fail and are worth another one; default 0. */
  readonly failing?: number;
  /** Mean seconds of work after which a worker vanishes without a word; default never. */
  readonly vanishing?: number;
  /** Until another one stands in for it. */
  readonly startUp?: number;
  readonly onEnd: (run: Run, outcome: "succeeded" | "failed") => void;
}

/** The workers of one queue: so many tasks at a time, each leased, worked at and committed. */
export class Station {
  readonly queue = new FairQueue();
  readonly #parts: StationParts;
  #slots: number;
  #taken = 0;

  constructor(slots: number, parts: StationParts) {
    this.#slots = slots;
    this.#parts = parts;
  }

  /** Fewer than are taken: what is under way ends first. */
  resize(slots: number): void {
    this.#slots = slots;
    this.#serve();
  }

  add(run: Run): void {
    run.readyAt = this.#parts.clock.now;
    this.queue.add(run);
    this.#serve();
  }

  #serve(): void {
    while (this.#taken < this.#slots) {
      const run = this.queue.take();
      if (run === undefined) return;
      this.#begin(run);
    }
  }

  #begin(run: Run): void {
    const { clock, database, chance, seconds, vanishing = Number.POSITIVE_INFINITY } = this.#parts;
    this.#taken += 1;
    const leasedAt = database.commit();
    run.waited += leasedAt - run.readyAt;
    const work = seconds(run);
    if (chance() < work / vanishing) {
      clock.at(leasedAt + work * chance(), () => this.#vanish(run));
      return;
    }
    clock.at(leasedAt + work, () => {
      const settledAt = database.commit();
      clock.at(settledAt, () => this.#settle(run));
    });
  }

  #settle(run: Run): void {
    const { clock, chance, failing = 0, onEnd } = this.#parts;
    this.#taken -= 1;
    if (chance() >= failing) {
      run.failures = 0;
      onEnd(run, "succeeded");
    } else {
      run.failures += 1;
      const delayMs = retryDelayMs(DEFAULT_RETRIES, run.failures, chance());
      if (run.failures < DEFAULT_RETRIES.attempts) clock.after(delayMs / 1_000, () => this.add(run));
      else onEnd(run, "failed");
    }
    this.#serve();
  }

  /** Its lease runs out, the sweeper finds that, and the task is ready again; leases are prolonged three times in their length. */
  #vanish(run: Run): void {
    const { clock, chance, startUp = 0 } = this.#parts;
    const missed = LIMITS.lease * (1 - chance() / 3) + LIMITS.sweep * chance();
    run.waited += missed;
    clock.after(missed, () => this.add(run));
    clock.after(startUp, () => {
      this.#taken -= 1;
      this.#serve();
    });
  }
}
