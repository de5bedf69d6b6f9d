const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  { unit: "day", ms: DAY_MS, upToMs: 30 * DAY_MS },
  { unit: "hour", ms: HOUR_MS, upToMs: DAY_MS },
  { unit: "minute", ms: MINUTE_MS, upToMs: HOUR_MS },
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long" });

/** `just now`, `5 min. ago`, and the date for what is more than a month away. */
export function formatRelative(at: Date, now: number): string {
  const elapsedMs = now - at.getTime();
  const distanceMs = Math.abs(elapsedMs);
  if (distanceMs < MINUTE_MS) return elapsedMs >= -SECOND_MS ? "just now" : "in a moment";
  const row = UNITS.find(({ ms, upToMs }) => distanceMs >= ms && distanceMs < upToMs);
  if (row === undefined) return date.format(at);
  return relative.format(-Math.sign(elapsedMs) * Math.floor(distanceMs / row.ms), row.unit);
}

export function formatExact(at: Date): string {
  return exact.format(at);
}

/** `84 ms`, `3.2 s`, `2 min 5 s`, `1 h 12 min`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE_MS) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
}

/** Of what goes on: whole seconds, since tenths that jump are no information. */
export function formatElapsed(ms: number): string {
  return ms < MINUTE_MS ? `${Math.max(0, Math.floor(ms / SECOND_MS))} s` : formatDuration(ms);
}
