import { createChance } from "./chance.ts";
import { Clock } from "./clock.ts";
import { Database } from "./database.ts";
import { MEASURED } from "./figures.ts";
import { Station } from "./station.ts";

/* What the simulation says of things that were measured, from other things that were measured. */

export interface Prediction {
  readonly what: string;
  readonly predicted: number;
  readonly measured: number;
  readonly unit: string;
}

const { photosAMinute, bareAMinute, apiShort, bareShort, apiYolo, bareYolo, engineShort, engineYolo } =
  MEASURED;
/** Processor time of the engine for a task, between the least and the most that was measured. */
const ENGINE = (engineShort.value + engineYolo.value) / 2;

/** Two cores that work at one task after the other: a task's tiles are spread over both. */
const CORES = 2;

export function predictions(seed: number): readonly Prediction[] {
  const api = (what: string, measured: number, bare: number, engine: number): Prediction => ({
    what,
    predicted: throughput({ seed, atOnce: 16, count: 20_000, seconds: 1 / bare + engine / CORES }),
    measured,
    unit: "a second",
  });
  return [
    {
      what: "120 photos through `face-detail`",
      predicted: 60 * throughput({ seed, atOnce: 64, count: 120, seconds: photoSeconds }),
      measured: photosAMinute.value,
      unit: "a minute",
    },
    api("`imageMasking`, 16 at a time, `face_short`", apiShort.value, bareShort.value, engineShort.value),
    api("`imageMasking`, 16 at a time, a YOLOv8n", apiYolo.value, bareYolo.value, engineYolo.value),
  ];
}

/** What a bare loop takes, and the engine for two tasks. */
const photoSeconds = 60 / bareAMinute.value + (2 * ENGINE) / CORES;

interface Closed {
  readonly seed: number;
  /** Under way at a time; who has an answer asks again. */
  readonly atOnce: number;
  readonly count: number;
  readonly seconds: number;
}

/** Tasks a second until all have ended. */
function throughput({ seed, atOnce, count, seconds }: Closed): number {
  const clock = new Clock();
  const database = new Database(clock, Number.POSITIVE_INFINITY);
  let [asked, ended, lastAt] = [0, 0, 0];
  const ask = () => {
    if (asked === count) return;
    asked += 1;
    const { now } = clock;
    const own = { askedAt: now, readyAt: now, waited: 0, failures: 0 };
    station.add({ owner: 0, isAtOnce: false, isRemote: false, work: 1, batch: null, ...own });
  };
  const onEnd = () => {
    ended += 1;
    lastAt = clock.now;
    ask();
  };
  const station = new Station(1, {
    clock,
    database,
    chance: createChance(seed),
    seconds: () => seconds,
    onEnd,
  });
  for (let place = 0; place < atOnce; place += 1) ask();
  clock.runUntil(Number.MAX_SAFE_INTEGER);
  return ended / lastAt;
}
