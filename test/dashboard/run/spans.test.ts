import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTick, spansOf, ticksOf } from "../../../dashboard/src/pages/run/waterfall/spans.ts";
import type { AttemptView, TaskStatus } from "../../../src/contracts/run.ts";

const ORIGIN = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(ORIGIN + ms).toISOString();

function attempt(
  number: number,
  from: number,
  to: number | null,
  timings: Record<string, number>,
): AttemptView {
  const endedAt = to === null ? null : at(to);
  return { number, worker: "w", startedAt: at(from), endedAt, outcome: null, error: null, timings };
}

describe("the bars of a task", () => {
  it("are the wait, what is left of the attempt, and its parts in the order of the work", () => {
    const task = {
      queuedAt: at(0),
      endedAt: at(600),
      attempts: [attempt(1, 100, 600, { store: 50, inference: 200, decode: 150 })],
    };
    expect(spansOf(task, ORIGIN, ORIGIN + 9_000)).toEqual([
      { part: "queued", from: 0, to: 100, attempt: null },
      { part: "leased", from: 100, to: 200, attempt: 1 },
      { part: "decode", from: 200, to: 350, attempt: 1 },
      { part: "inference", from: 350, to: 550, attempt: 1 },
      { part: "store", from: 550, to: 600, attempt: 1 },
    ]);
  });

  it("show a wait between attempts, and grow with the time while one is under way", () => {
    const attempts = [attempt(1, 10, 20, {}), attempt(2, 50, null, {})];
    const task = { queuedAt: at(0), endedAt: null, attempts };
    const parts = spansOf(task, ORIGIN, ORIGIN + 80).map(({ part, from, to }) => [part, from, to]);
    expect(parts).toEqual([
      ["queued", 0, 10],
      ["leased", 10, 20],
      ["queued", 20, 50],
      ["leased", 50, 80],
    ]);
  });

  it("show every attempt of what was queued anew: when that was is known of the last time only", () => {
    const attempts = [attempt(1, 10, 20, {}), attempt(2, 50, 70, {})];
    const bars = (queued: number, ended: number | null) =>
      spansOf(
        { queuedAt: at(queued), endedAt: ended === null ? null : at(ended), attempts },
        ORIGIN,
        ORIGIN + 99,
      ).map(({ part, from, to }) => [part, from, to]);
    const first = ["leased", 10, 20];
    const second = ["leased", 50, 70];
    expect(bars(20, 70)).toEqual([first, ["queued", 20, 50], second]);
    expect(bars(70, null)).toEqual([first, ["queued", 20, 50], second, ["queued", 70, 99]]);
    /* It had failed, and somebody had it begun again. */
    expect(bars(45, 70)).toEqual([first, ["queued", 45, 50], second]);
  });

  it.each(["held", "uncertain"] as const)(
    "are %s from the end of the attempt on, and after a decision until then",
    (status) => {
      const ended = { ...attempt(1, 10, 20, {}), outcome: status };
      const bars = (queued: number, now: TaskStatus, more: readonly AttemptView[] = []) =>
        spansOf(
          { queuedAt: at(queued), endedAt: null, status: now, attempts: [ended, ...more] },
          ORIGIN,
          ORIGIN + 90,
        ).map(({ part, from, to }) => [part, from, to]);
      const first = ["leased", 10, 20];
      expect(bars(20, status)).toEqual([first, [status, 20, 90]]);
      const waited = [first, [status, 20, 60]];
      expect(bars(60, "queued")).toEqual([...waited, ["queued", 60, 90]]);
      expect(bars(60, "running", [attempt(2, 65, null, {})])).toEqual([
        ...waited,
        ["queued", 60, 65],
        ["leased", 65, 90],
      ]);
      const again = { ...attempt(2, 65, 70, {}), outcome: status };
      expect(bars(70, status, [again])).toEqual([
        first,
        [status, 20, 65],
        ["leased", 65, 70],
        [status, 70, 90],
      ]);
    },
  );

  it("are a person's as long as one is asked, until the decision or until now", () => {
    const asked = { taskType: "review" as const, queuedAt: at(100), attempts: [] };
    const bars = (endedAt: string | null) =>
      spansOf({ ...asked, endedAt }, ORIGIN, ORIGIN + 900).map(({ part, from, to }) => [part, from, to]);
    expect(bars(null)).toEqual([["review", 100, 900]]);
    expect(bars(at(400))).toEqual([["review", 100, 400]]);
  });

  it("are none for what was never queued, such as a task that was taken over", () => {
    expect(spansOf({ queuedAt: null, endedAt: at(5), attempts: [] }, ORIGIN, ORIGIN)).toEqual([]);
  });

  it("follow each other without gap or overlap within an attempt, whatever its parts add up to", () => {
    const timings = fc.dictionary(
      fc.constantFrom("decode", "inference", "blend", "store", "somethingNew"),
      fc.double({ min: 0, max: 5_000, noNaN: true }),
    );
    fc.assert(
      fc.property(timings, fc.integer({ min: 1, max: 10_000 }), (measured, length) => {
        const attempts = [attempt(1, 0, length, measured)];
        const spans = spansOf({ queuedAt: at(0), endedAt: at(length), attempts }, ORIGIN, ORIGIN);
        let end = 0;
        for (const { from, to } of spans) {
          expect(from).toBeCloseTo(end, 5);
          end = to;
        }
        expect(end).toBeCloseTo(length, 5);
      }),
    );
  });
});

describe("the axis", () => {
  it("has round times, not more than asked for", () => {
    expect(ticksOf(12_900, 4)).toEqual([0, 5_000, 10_000]);
    expect(ticksOf(730, 4)).toEqual([0, 200, 400, 600]);
    expect(ticksOf(0, 4)).toEqual([0]);
  });

  it("is in minutes, hours and days where something waited so long", () => {
    const axis = (ms: number) => ticksOf(ms, 4).map(formatTick);
    expect(axis(730)).toEqual(["0", "200 ms", "400 ms", "600 ms"]);
    expect(axis(12_900)).toEqual(["0", "5 s", "10 s"]);
    expect(axis(100_000)).toEqual(["0", "30 s", "1 min", "1.5 min"]);
    expect(axis(5 * 60 * 60 * 1_000)).toEqual(["0", "2 h", "4 h"]);
    expect(axis(10 * 24 * 60 * 60 * 1_000)).toEqual(["0", "3 d", "6 d", "9 d"]);
  });
});
