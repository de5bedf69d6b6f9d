import { percentile } from "../table.ts";
import { readScalingRules, type ScalingRule } from "./autoscaler.ts";
import { Cell, type CellPlan, providerSlots, TASK_SECONDS, workersNeeded } from "./cell.ts";
import { divide } from "./cells.ts";
import { GUESSED, MEASURED } from "./figures.ts";

/* What so many pictures a day take, and what they get: the cell that has most to do, simulated. */

export const SIZES = [100_000, 1_000_000, 10_000_000, 50_000_000, 500_000_000] as const;
export const SEED = 8;

const HOUR = 3_600;
/** Of a small cell the whole day is simulated, of a large one the busiest time; before what is measured the cell fills. */
const WHOLE_DAY = { from: 0, measured: 2 * HOUR, to: 24 * HOUR };
const BUSIEST = { from: 13 * HOUR, measured: 13.5 * HOUR, to: 14.5 * HOUR };
const MOST_FOR_A_DAY = 2_000_000;
/** The autoscaler may go so far beyond what the busiest hour needs. */
const HEADROOM = 2;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

/** The shipped rules, with room for a cell of this size. */
export function rulesFor(picturesADay: number): CellPlan["rules"] {
  const shipped = readScalingRules();
  const rule = (queue: string, pictures: number, seconds: number): ScalingRule => {
    const found = shipped.get(queue);
    if (found === undefined)
      throw new Error(`deploy/kubernetes/autoscaling.yml: expected a rule for queue ${queue}`);
    const most = HEADROOM * workersNeeded(pictures, 14 * HOUR, seconds);
    return { ...found, most: Math.max(found.most, most) };
  };
  return {
    masking: rule("masking", picturesADay, TASK_SECONDS.masking),
    inpainting: rule(
      "inpainting-local",
      (1 - GUESSED.remoteShare.value) * picturesADay,
      TASK_SECONDS.inpainting,
    ),
  };
}

/** What follows from the number of pictures alone. */
export interface SizePlan {
  readonly picturesADay: number;
  readonly cells: number;
  /** Pictures a day of each owner of the fullest cell, and of all of them. */
  readonly owners: readonly number[];
  readonly fullest: number;
  /** Calls under way at a time, of all cells. */
  readonly calls: number;
  readonly databaseGigabytes: number;
  readonly picturesGigabytes: number;
}

export interface SizeOutcome extends SizePlan {
  /** Of the fullest cell: the mean of the time that is simulated, and the most. */
  readonly workers: readonly [number, number];
  /** Under way at a time in the fullest cell, at the most. */
  readonly batches: number;
  /** Shares of what PostgreSQL carries in the busiest minute. */
  readonly database: number;
  readonly databaseWithoutRedis: number;
  /** Median and 95th percentile, in seconds. */
  readonly single: readonly [number, number];
  readonly ofBatches: readonly [number, number];
  /** Hours for 100,000 pictures as fast as large batches were; null where there was none. */
  readonly largeBatch: readonly [number, number] | null;
  /** Runs. */
  readonly simulated: number;
}

const spread = (seconds: readonly number[]): [number, number] => [
  percentile(seconds, 0.5),
  percentile(seconds, 0.95),
];

export function planSize(picturesADay: number): SizePlan {
  const { cells, hottest } = divide(picturesADay);
  return {
    picturesADay,
    cells,
    owners: hottest,
    fullest: sum(hottest),
    calls: providerSlots(picturesADay),
    databaseGigabytes: (picturesADay * MEASURED.databaseKilobytes.value) / 1e6,
    picturesGigabytes: (picturesADay * MEASURED.pictureMegabytes.value) / 1e3,
  };
}

export function simulateSize(picturesADay: number, seed: number = SEED): SizeOutcome {
  const plan = planSize(picturesADay);
  const { owners, fullest } = plan;
  const times = fullest > MOST_FOR_A_DAY ? BUSIEST : WHOLE_DAY;
  const cell = new Cell({ seed, owners, rules: rulesFor(fullest), ...times });
  cell.run();
  const { tally, database } = cell;
  const gauge = (name: "masking" | "inpainting") => tally.gauges.get(name) ?? [];
  const workers = gauge("masking").map((masking, at) => masking + (gauge("inpainting")[at] ?? 0));
  const most = Math.max(...workers);
  const living = (most * MEASURED.idleWorker.value) / (GUESSED.postgresCores.value * 1_000);
  const use = Math.max(...database.useByMinute(times.measured));
  const rates = tally.batchRates(times.to);
  return {
    ...plan,
    workers: [sum(workers) / workers.length, most],
    batches: Math.max(...(tally.gauges.get("batches") ?? [])),
    database: use + living,
    databaseWithoutRedis: (use * MEASURED.postgresOnPostgres.value) / MEASURED.postgresOnRedis.value + living,
    single: spread([...tally.single.local, ...tally.single.remote].map(({ waited }) => waited)),
    ofBatches: spread(tally.ofBatches),
    largeBatch: rates.length === 0 ? null : spread(rates.map((rate) => 100_000 / rate / HOUR)),
    simulated: tally.ended,
  };
}
