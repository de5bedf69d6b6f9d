import { percentile } from "../table.ts";
import { Cell, type CellPlan } from "./cell.ts";
import { divide } from "./cells.ts";
import { rulesFor, SEED } from "./sizes.ts";
import type { Span } from "./span.ts";
import type { Waited } from "./tally.ts";

/* A cell of a million pictures a day on a bad afternoon. */

const HOUR = 3_600;
const PICTURES = 1_000_000;
const USUAL = { from: 12 * HOUR, measured: 13 * HOUR, to: 18 * HOUR };
const AN_HOUR: Span = { from: 14 * HOUR, to: 15 * HOUR };
const TEN_MINUTES: Span = { from: 14 * HOUR, to: 14 * HOUR + 600 };
/** Waits are well again when 95 of 100 that are asked for in this time are no longer than twice as usual, or a second more. */
const BIN = 300;

interface Case {
  readonly what: string;
  readonly span: Span;
  readonly plan: Partial<CellPlan>;
}

const CASES: readonly Case[] = [
  { what: "as usual", span: AN_HOUR, plan: {} },
  { what: "the cell's PostgreSQL is away for an hour", span: AN_HOUR, plan: { outage: AN_HOUR } },
  {
    what: "the provider is five times as slow for an hour",
    span: AN_HOUR,
    plan: { slowness: { ...AN_HOUR, factor: 5 } },
  },
  {
    what: "ten times as much is asked for during ten minutes",
    span: TEN_MINUTES,
    plan: { burst: { ...TEN_MINUTES, factor: 10 } },
  },
];

export interface WhatIfOutcome {
  readonly what: string;
  /** Seconds that 95 of 100 single runs asked for meanwhile wait no longer than. */
  readonly local: number;
  readonly remote: number;
  /** Minutes from its end until single runs wait as usual. */
  readonly minutesAfter: number;
  readonly workers: number;
}

export function whatIfs(seed: number = SEED): readonly WhatIfOutcome[] {
  const owners = divide(PICTURES).hottest;
  let usual: Cell | undefined;
  return CASES.map(({ what, span, plan }) => {
    const cell = new Cell({ seed, owners, rules: rulesFor(PICTURES), ...USUAL, ...plan });
    cell.run();
    usual ??= cell;
    const { single, gauges } = cell.tally;
    const during = (waits: readonly Waited[]) => percentileOf(waits, span.from, span.to);
    return {
      what,
      local: during(single.local),
      remote: during(single.remote),
      minutesAfter: Math.max(
        minutesUntilUsual(single.local, usual.tally.single.local, span.to),
        minutesUntilUsual(single.remote, usual.tally.single.remote, span.to),
      ),
      workers: Math.max(...(gauges.get("inpainting") ?? [])) + Math.max(...(gauges.get("masking") ?? [])),
    };
  });
}

export interface AloneOutcome {
  /** Tasks that wait for each worker, as the autoscaler wants it. */
  readonly waitingEach: number;
  readonly workers: number;
  readonly hours: number;
}

const ALONE = 100_000;
const WAITING_EACH = [8, 4, 2, 1] as const;

/** How fast one batch is that has a cell to itself. */
export function alone(seed: number = SEED): readonly AloneOutcome[] {
  const { masking, inpainting } = rulesFor(PICTURES);
  return WAITING_EACH.map((waitingEach) => {
    const rules = { masking, inpainting: { ...inpainting, waitingEach } };
    const cell = new Cell({ seed, owners: [], only: ALONE, rules, from: 0, measured: 0, to: 24 * HOUR });
    cell.run();
    const [rate = Number.NaN] = cell.tally.batchRates(24 * HOUR);
    const workers = Math.max(...(cell.tally.gauges.get("inpainting") ?? []));
    return { waitingEach, workers, hours: ALONE / rate / HOUR };
  });
}

const percentileOf = (waits: readonly Waited[], from: number, to: number): number =>
  percentile(
    waits.filter(({ askedAt }) => askedAt >= from && askedAt < to).map(({ waited }) => waited),
    0.95,
  );

function minutesUntilUsual(waits: readonly Waited[], usual: readonly Waited[], since: number): number {
  const most = percentileOf(usual, USUAL.measured, USUAL.to);
  const limit = Math.max(2 * most, most + 1);
  let last = since;
  for (let time = since; time < USUAL.to - HOUR; time += BIN)
    if (percentileOf(waits, time, time + BIN) > limit) last = time + BIN;
  return (last - since) / 60;
}
