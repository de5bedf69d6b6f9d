import type { ParkedStatus, TaskView } from "../../../../../src/contracts/run.ts";

/** What a task's time went to, in the order in which it goes there. `held` is a budget's, `uncertain` and `review` are a person's, `leased` is what a
 * worker spent around the work itself, `wait` what it waited for its turn at a provider. */
export const PARTS = [
  "queued",
  "held",
  "uncertain",
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

type TimedTask = Pick<TaskView, "queuedAt" | "endedAt" | "attempts"> &
  Partial<Pick<TaskView, "taskType" | "status">>;

/**
 * The bars of one task. An attempt says how long each part took and not when, so parts are put one after the other in
 * the order of the work, and what is left of the attempt comes before them. Between attempts the task is queued, or
 * parked where the one before ended so.
 * @param origin when the run began, in milliseconds of the epoch
 * @param now the same for what has not ended
 */
export function spansOf(task: TimedTask, origin: number, now: number): readonly Span[] {
  const since = (time: string) => Math.max(0, Date.parse(time) - origin);
  /* It is the last time that it was: attempts may have been before. */
  const queued = task.queuedAt === null ? null : since(task.queuedAt);
  const [first] = task.attempts;
  if (queued === null && first === undefined) return [];
  const spans: Span[] = [];
  let at = Math.min(queued ?? Number.POSITIVE_INFINITY, first === undefined ? now : since(first.startedAt));
  let end: Wait | null = null;
  for (const attempt of task.attempts) {
    const from = Math.max(at, since(attempt.startedAt));
    const to = Math.max(from, attempt.endedAt === null ? now - origin : since(attempt.endedAt));
    spans.push(...waitsOf(end, at, from, queued), ...partsOf(attempt.timings, from, to, attempt.number));
    at = to;
    end = parkedAs(attempt.outcome) ?? "queued";
  }
  const isAsked = task.taskType === "review";
  const waits =
    queued !== null && task.endedAt === null && task.attempts.every(({ endedAt }) => endedAt !== null);
  if (waits || isAsked) {
    const to = Math.max(at, task.endedAt === null ? now - origin : since(task.endedAt));
    const part = isAsked ? "review" : parkedAs(task.status);
    if (part === null) spans.push(...waitsOf(end, at, to, queued));
    else spans.push({ part, from: at, to, attempt: null });
  }
  return spans.filter(({ from, to }) => to > from);
}

type Wait = "queued" | ParkedStatus;

const parkedAs = (status: string | null | undefined): ParkedStatus | null =>
  status === "held" || status === "uncertain" ? status : null;

/**
 * What was between an attempt that ended so and the next one, or now: since when it is queued is known of the last time.
 * Ended for good, it was nothing at all until somebody had it begun again.
 */
function waitsOf(end: Wait | null, from: number, to: number, queued: number | null): readonly Span[] {
  const isKnown = queued !== null && queued >= from && queued <= to;
  const isParked = end !== null && end !== "queued";
  const border = isKnown ? queued : isParked ? to : from;
  return [
    ...(isParked ? [{ part: end, from, to: border, attempt: null }] : []),
    { part: "queued", from: border, to, attempt: null },
  ];
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
