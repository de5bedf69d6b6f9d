import { describe, expect, it } from "vitest";
import {
  formatDuration,
  formatElapsed,
  formatRelative,
} from "../../../dashboard/src/components/format-time.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("times", () => {
  it("are said in the largest unit that fits, and as a date after a month", () => {
    const said = (agoMs: number) => formatRelative(new Date(NOW - agoMs), NOW);
    expect([0, 59_999, MINUTE_MS, 59 * MINUTE_MS, HOUR_MS, 25 * HOUR_MS, 40 * DAY_MS].map(said)).toEqual([
      "just now",
      "just now",
      "1 min. ago",
      "59 min. ago",
      "1 hr. ago",
      "1 day ago",
      "Jan 20, 2026",
    ]);
  });

  it("of a clock that is a little ahead are not in the future", () => {
    expect(formatRelative(new Date(NOW + 800), NOW)).toBe("just now");
    expect(formatRelative(new Date(NOW + 2 * MINUTE_MS), NOW)).toBe("in 2 min.");
  });

  it("that something took are as exact as they matter", () => {
    const took = [0, 84.4, 999, 3_249, 59_990, 125_000, 4_380_000].map(formatDuration);
    expect([0, 3_999, 125_000].map(formatElapsed)).toEqual(["0 s", "3 s", "2 min 5 s"]);
    expect(took).toEqual(["0 ms", "84 ms", "999 ms", "3.2 s", "59.9 s", "2 min 5 s", "1 h 13 min"]);
  });
});
