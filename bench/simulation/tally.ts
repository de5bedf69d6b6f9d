import type { Clock } from "./clock.ts";
import type { Batch, Run } from "./run.ts";

/** What a run that somebody asked for at a time waited for, in seconds. */
export interface Waited {
  readonly askedAt: number;
  readonly waited: number;
}

/** Batches that are smaller, or that have only begun, say nothing about how fast a large one is. */
const LARGE = 10_000;
const LONG_ENOUGH = 600;

/** What is written down of a cell, from a moment on. */
export class Tally<Gauge extends string> {
  readonly single: { readonly local: Waited[]; readonly remote: Waited[] } = { local: [], remote: [] };
  /** Seconds that pictures of batches waited. */
  readonly ofBatches: number[] = [];
  readonly gauges = new Map<Gauge, number[]>();
  ended = 0;
  failed = 0;
  readonly #from: number;
  readonly #batches: { readonly batch: Batch; readonly since: number }[] = [];

  /** @param gauges are read each minute */
  constructor(clock: Clock, from: number, gauges: Readonly<Record<Gauge, () => number>>) {
    this.#from = from;
    clock.every(60, () => {
      if (clock.now < from) return;
      for (const [name, read] of Object.entries(gauges) as [Gauge, () => number][]) {
        const values = this.gauges.get(name) ?? [];
        values.push(read());
        this.gauges.set(name, values);
      }
    });
  }

  begin(batch: Batch, now: number): void {
    this.#batches.push({ batch, since: now });
  }

  end(run: Run, outcome: "succeeded" | "failed"): void {
    if (run.askedAt < this.#from) return;
    this.ended += 1;
    if (outcome === "failed") this.failed += 1;
    const { askedAt, waited, isAtOnce, isRemote } = run;
    if (isAtOnce) this.single[isRemote ? "remote" : "local"].push({ askedAt, waited });
    else this.ofBatches.push(waited);
  }

  get batchesUnderWay(): number {
    return this.#batches.filter(({ batch }) => batch.endedAt === null).length;
  }

  /** Pictures a second of each large batch while it was under way. */
  batchRates(now: number): number[] {
    return this.#batches
      .map(({ batch, since }) => ({ batch, seconds: (batch.endedAt ?? now) - since }))
      .filter(({ batch, seconds }) => batch.pictures >= LARGE && seconds >= LONG_ENOUGH)
      .map(({ batch, seconds }) => batch.ended / seconds);
  }
}
