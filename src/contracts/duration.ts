import { z } from "zod";

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time: seconds as a number, or a number with its unit: `500ms`, `90s`, `5m`, `2h`, `7d`. */
export const Duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
    .meta({ description: "a duration such as 500ms, 90s, 5m, 2h, 7d" }),
]);
export type Duration = z.output<typeof Duration>;

export function durationMs(duration: Duration): number {
  if (typeof duration === "number") return duration * 1000;
  const unit = duration.replace(/^[\d.]+/, "") as keyof typeof UNIT_MS;
  return Number.parseFloat(duration) * UNIT_MS[unit];
}
