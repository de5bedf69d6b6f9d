import type { Figure } from "./figures.ts";
import type { Prediction } from "./predictions.ts";
import type { SizeOutcome } from "./sizes.ts";
import type { AloneOutcome, WhatIfOutcome } from "./what-ifs.ts";

/* The simulation's tables, as `docs/scaling.md` shows them. */

export interface Table<Row> {
  readonly title: string;
  readonly head: readonly string[];
  readonly line: (row: Row) => readonly string[];
}

const whole = (number: number): string => Math.round(number).toLocaleString("en");
/** Two digits that count. */
const short = (number: number): string =>
  number >= 10 ? whole(number) : Number(number.toPrecision(2)).toLocaleString("en");
const percent = (share: number): string => `${short(100 * share)} %`;
const seconds = (number: number): string => {
  if (number < 0.1) return "< 0.1 s";
  return number < 120 ? `${short(number)} s` : `${short(number / 60)} min`;
};
const bytes = (gigabytes: number): string =>
  gigabytes < 1_000 ? `${short(gigabytes)} GB` : `${short(gigabytes / 1_000)} TB`;
const two = (values: readonly [number, number], show: (value: number) => string): string =>
  values.map(show).join(", ");

export const TAKES: Table<SizeOutcome> = {
  title: "What so many pictures a day take",
  head: [
    "pictures a day",
    "cells",
    "of these in the fullest",
    "workers there: mean, most",
    "most, of all",
    "calls at a time",
    "database a day",
    "pictures a day",
  ],
  line: (row) => [
    whole(row.picturesADay),
    whole(row.cells),
    whole(row.fullest),
    two(row.workers, whole),
    whole((row.workers[1] * row.picturesADay) / row.fullest),
    whole(row.calls),
    bytes(row.databaseGigabytes),
    bytes(row.picturesGigabytes),
  ],
};

export const GIVES: Table<SizeOutcome> = {
  title: "What the fullest cell is like (median, 95th percentile)",
  head: [
    "pictures a day",
    "batches at a time",
    "PostgreSQL, busiest minute",
    "the same, queues on it",
    "a single picture waits",
    "one of a batch waits",
    "100,000 in one batch",
  ],
  line: (row) => [
    whole(row.picturesADay),
    whole(row.batches),
    percent(row.database),
    percent(row.databaseWithoutRedis),
    two(row.single, seconds),
    two(row.ofBatches, seconds),
    row.largeBatch === null ? "–" : two(row.largeBatch, (hours) => `${short(hours)} h`),
  ],
};

export const WHAT_IF: Table<WhatIfOutcome> = {
  title: "A cell of a million pictures a day, from 14:00 on",
  head: ["", "single pictures wait, here", "at the provider", "as usual again after", "workers"],
  line: ({ what, local, remote, minutesAfter, workers }) => [
    what,
    seconds(local),
    seconds(remote),
    `${whole(minutesAfter)} min`,
    whole(workers),
  ],
};

export const ALONE: Table<AloneOutcome> = {
  title: "A batch of 100,000 and nothing else, by the autoscaler's `averageValue`",
  head: ["tasks that wait for each worker", "workers", "until the end"],
  line: ({ waitingEach, workers, hours }) => [whole(waitingEach), whole(workers), `${short(hours)} h`],
};

export const PREDICTED: Table<Prediction> = {
  title: "What the simulation says of what was measured",
  head: ["", "simulated", "measured", "simulated by measured"],
  line: ({ what, predicted, measured, unit }) => [
    what,
    `${predicted.toFixed(1)} ${unit}`,
    `${measured.toFixed(1)} ${unit}`,
    (predicted / measured).toFixed(2),
  ],
};

export const FIGURES: Table<Figure> = {
  title: "What goes in",
  head: ["what", "", "from"],
  line: ({ what, value, from }) => [what, value.toLocaleString("en"), from],
};
