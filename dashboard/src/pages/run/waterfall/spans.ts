import type { TaskView } from "../../../../../src/contracts/run.ts";

/** What a task's time went to, in the order in which it goes there. `review` is a person's, `leased` is what a worker spent around the work itself,
 * `wait` what it waited for its turn at a provider. */
export const PARTS = [
  "queued",
  "review",
  "leased",
  "decode",
  "scale",
  "preprocess",
  "inference",
  "postprocess",
  "mask",
  "wait",
  "upload",
  "inpaint",
  "blend",
  "encode",
  "store",
  "send",
  "other",
] as const;
type Part = (typeof PARTS)[number];

/** Milliseconds since the beginning of the run. */
export interface Span {
  readonly part: Part;
  readonly from: number;
  readonly to: number;
  readonly attempt: number | null;
}

interface TimedTask extends Pick<TaskView, "queuedAt" | "startedAt" | "endedAt" | "attempts"> {
  readonly taskType?: TaskView["taskType"];
}

/**
 * The bars of one task. An attempt says how long each part took and not when, so parts are put one after the other in
 * the order of the work, and what is left of the attempt comes before them. Between attempts the task is queued.
 * @param origin when the run began, in milliseconds of the epoch
 * @param now the same for what has not ended
 */
export function spansOf(task: TimedTask, origin: number, now: number): readonly Span[] {
  if (task.queuedAt === null) return [];
  const spans: Span[] = [];
  let at = Math.max(0, Date.parse(task.queuedAt) - origin);
  for (const attempt of task.attempts) {
    const from = Math.max(at, Date.parse(attempt.startedAt) - origin);
    const to = Math.max(from, (attempt.endedAt === null ? now : Date.parse(attempt.endedAt)) - origin);
    spans.push({ part: "queued", from: at, to: from, attempt: null });
    spans.push(...partsOf(attempt.timings, from, to, attempt.number));
    at = to;
  }
  const isAsked = task.taskType === "review";
  const waits = task.endedAt === null && task.attempts.every(({ endedAt }) => endedAt !== null);
  if (waits || isAsked) {
    const to = (task.endedAt === null ? now : Date.parse(task.endedAt)) - origin;
    spans.push({ part: isAsked ? "review" : "queued", from: at, to: Math.max(at, to), attempt: null });
  }
  return spans.filter(({ from, to }) => to > from);
}

function partsOf(
  timings: Readonly<Record<string, number>>,
  from: number,
  to: number,
  attempt: number,
): readonly Span[] {
  const parts = Object.entries(timings)
    .map(([name, ms]) => ({ part: partNamed(name), ms: Math.max(0, ms) }))
    .sort((one, other) => PARTS.indexOf(one.part) - PARTS.indexOf(other.part));
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  /* Parts that ran beside each other add up to more than the attempt took. */
  const scale = sum > to - from ? (to - from) / sum : 1;
  let at = to - sum * scale;
  const leased: Span = { part: "leased", from, to: at, attempt };
  return [
    leased,
    ...parts.map(({ part, ms }): Span => {
      const start = at;
      at += ms * scale;
      return { part, from: start, to: at, attempt };
    }),
  ];
}

function partNamed(name: string): Part {
  return PARTS.find((part) => part === name) ?? "other";
}

const NICE = [1, 2, 5];
/** Beyond it clocks do not count in tens. */
const DECIMAL_MS = 20_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONG_MS = [
  ...[0.5, 1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
];

/** Round times for an axis from 0 to `total` milliseconds, at most `most` of them after 0. */
export function ticksOf(total: number, most: number): readonly number[] {
  if (!(total > 0)) return [0];
  const step = stepFrom(total / most);
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, at) => at * step);
}

/** The shortest round time that is at least as long. */
function stepFrom(least: number): number {
  if (least > DECIMAL_MS) return LONG_MS.find((ms) => ms >= least) ?? Math.ceil(least / DAY_MS) * DAY_MS;
  const power = 10 ** Math.floor(Math.log10(least));
  return (NICE.find((factor) => factor * power >= least) ?? 10) * power;
}

const UNITS = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

/** `0`, `200 ms`, `1.5 min`, `6 h`: a round time in the largest unit that it has. */
export function formatTick(ms: number): string {
  const row = UNITS.find(([size]) => ms >= size);
  return row === undefined ? String(ms) : `${ms / row[0]} ${row[1]}`;
}
