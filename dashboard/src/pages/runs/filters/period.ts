const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Begins move with the clock in steps, so that going back to a list finds it as it was. */
const STEP_MS = 5 * MINUTE_MS;

export type PeriodName = "1h" | "today" | "24h" | "7d" | "30d";

interface Period {
  readonly name: PeriodName;
  readonly title: string;
  /** Null: since midnight where the reader is. */
  readonly ms: number | null;
}

export const PERIODS: readonly Period[] = [
  { name: "1h", title: "Last hour", ms: HOUR_MS },
  { name: "today", title: "Today", ms: null },
  { name: "24h", title: "Last 24 hours", ms: DAY_MS },
  { name: "7d", title: "Last 7 days", ms: 7 * DAY_MS },
  { name: "30d", title: "Last 30 days", ms: 30 * DAY_MS },
];

export function isPeriod(text: string): text is PeriodName {
  return PERIODS.some(({ name }) => name === text);
}

/** ISO 8601. @param now milliseconds since 1970 */
export function periodStart(period: PeriodName, now: number): string {
  const ms = PERIODS.find(({ name }) => name === period)?.ms ?? null;
  if (ms !== null) return new Date(Math.floor((now - ms) / STEP_MS) * STEP_MS).toISOString();
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  return midnight.toISOString();
}
