import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeOf, readSpendingSearch } from "../../../../dashboard/src/pages/spending/spending-search.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

describe("the address of the spending page", () => {
  it("says only what differs from what most want", () => {
    expect(readSpendingSearch({ days: 30, by: "provider", scope: "mine" })).toEqual({});
    expect(readSpendingSearch({ days: "90", by: "tag", scope: "all" })).toEqual({
      days: 90,
      by: "tag",
      scope: "all",
    });
  });

  it("leaves out what it cannot mean", () => {
    expect(readSpendingSearch({ days: 31, by: "colour", scope: "everybody" })).toEqual({});
  });

  it("is whole days of the reader that end with today, over changes of the clock too", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 365 }),
        (now, days) => {
          const { from, to } = rangeOf(days, now);
          const [begin, end] = [new Date(from), new Date(to)];
          expect([begin.getHours(), begin.getMinutes(), end.getHours(), end.getMinutes()]).toEqual([
            0, 0, 0, 0,
          ]);
          expect(begin.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(end.getTime()).toBeGreaterThan(now.getTime());
          expect(Math.abs(end.getTime() - begin.getTime() - days * DAY_MS)).toBeLessThanOrEqual(HOUR_MS);
        },
      ),
    );
  });
});
