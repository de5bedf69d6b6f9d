import { COMMITS_OF_A_RUN } from "./cell.ts";
import { createChance } from "./chance.ts";
import { Clock } from "./clock.ts";
import { Database } from "./database.ts";
import { MEASURED } from "./figures.ts";
import type { Run } from "./run.ts";
import { Station } from "./station.ts";

/*
 * Worker processes whose work costs nothing, held against `npm run bench -- workers`. The sizes take PostgreSQL for what one process got from it,
 * however many workers there are. Here is, too, what comes of two cores that all share, where each further process makes a run dearer.
 */

const CORES = 2;
const RUNS = 3_000;
/** Of each queue in each process, as in `bench/workers.ts`. */
const CONCURRENCY = 32;
const PROCESSES = [1, 2, 4, 8] as const;

/** Runs a second that `npm run bench -- workers` printed on two cores, for 1, 2, 4 and 8 worker processes. */
const MEASURED_WORKERS = {
  PostgreSQL: { one: MEASURED.runsOnPostgres.value, runsPerSecond: [313, 284, 241, 195] },
  Redis: { one: MEASURED.runsOnRedis.value, runsPerSecond: [681, 685, 495, 366] },
} as const;

export interface WorkersOutcome {
  readonly queues: keyof typeof MEASURED_WORKERS;
  readonly processes: number;
  readonly measured: number;
  /** Runs a second as the sizes are simulated. */
  readonly asSizes: number;
  /** The same where a run costs more processor with each process. */
  readonly sharing: number;
  /** The shared model takes its two figures from this row, so that the row says nothing for it. */
  readonly isGivenToIt: boolean;
}

export function workerProcesses(seed: number): readonly WorkersOutcome[] {
  return (Object.keys(MEASURED_WORKERS) as (keyof typeof MEASURED_WORKERS)[]).flatMap((queues) => {
    const { one, runsPerSecond } = MEASURED_WORKERS[queues];
    const [first, , , last] = runsPerSecond;
    /* Both cores are taken to be busy all the time: seconds of processor for a run, and what each further process adds. */
    const least = CORES / first;
    const each = (CORES / last - least) / (8 - 1);
    return PROCESSES.map((processes, at) => ({
      queues,
      processes,
      measured: runsPerSecond[at] ?? Number.NaN,
      asSizes: throughput(seed, processes, one),
      sharing: throughput(seed, processes, CORES / (least + each * (processes - 1))),
      isGivenToIt: processes === 1 || processes === 8,
    }));
  });
}

/** Runs a second of a batch of two steps that cost nothing but commits. */
function throughput(seed: number, processes: number, runsPerSecond: number): number {
  const clock = new Clock();
  const database = new Database(clock, runsPerSecond * COMMITS_OF_A_RUN);
  const parts = { clock, database, chance: createChance(seed), seconds: () => 0 };
  let lastAt = 0;
  const second = new Station(processes * CONCURRENCY, {
    ...parts,
    onEnd: () => {
      lastAt = clock.now;
    },
  });
  const first = new Station(processes * CONCURRENCY, { ...parts, onEnd: (run) => second.add(run) });
  for (let at = 0; at < RUNS; at += 1) {
    const begun = database.commit();
    clock.at(begun, () => first.add(noOp(begun)));
  }
  clock.runUntil(Number.MAX_SAFE_INTEGER);
  return RUNS / lastAt;
}

const noOp = (readyAt: number): Run => ({
  owner: 0,
  isAtOnce: false,
  isRemote: false,
  work: 0,
  batch: null,
  askedAt: 0,
  readyAt,
  waited: 0,
  failures: 0,
});
