import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  keepSame,
  mergeHead,
  patchRuns,
  removeRuns,
  replaceRuns,
} from "../../../dashboard/src/live/merge-runs.ts";
import { aPage, aRun, numbersOf, pagesOf, uuidOf } from "./run-views.ts";

const countDown = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, at) => newest - at);

describe("the newest runs, merged into a list", () => {
  it("come first, and nothing is left out or there twice, whatever came and however much was loaded", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 49 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
        (fresh, lengths) => {
          let newest = 300;
          const pages = lengths.map((length) => {
            const page = aPage(newest, newest - length + 1);
            newest -= length;
            return page;
          });
          const merged = mergeHead(pagesOf(...pages), aPage(300 + fresh, 300 + fresh - 49));
          const oldest = Math.min(newest + 1, 300 + fresh - 49);
          expect(numbersOf(merged)).toEqual(countDown(300 + fresh, oldest));
        },
      ),
    );
  });

  it("replace the list where the two do not meet, so that no gap is hidden in it", () => {
    const merged = mergeHead(pagesOf(aPage(100, 51), aPage(50, 1, false)), aPage(300, 251));
    expect(numbersOf(merged)).toEqual(countDown(300, 251));
    expect([merged.pages.at(-1)?.next, merged.pageParams]).toEqual([uuidOf(251), [null]]);
  });

  it("are all there is where the server says so", () => {
    expect(numbersOf(mergeHead(pagesOf(aPage(9, 1, false)), aPage(3, 2, false)))).toEqual([3, 2]);
  });

  it("do not make a list that is open for days grow for ever", () => {
    let pages = pagesOf(aPage(50, 1));
    for (let newest = 75; newest <= 2_000; newest += 25) pages = mergeHead(pages, aPage(newest, newest - 49));
    const numbers = numbersOf(pages);
    expect(numbers.length).toBeLessThanOrEqual(400);
    expect(numbers).toEqual(countDown(2_000, 2_000 - numbers.length + 1));
    expect(pages.pages.at(-1)?.next).toBe(uuidOf(numbers.at(-1) ?? 0));
  });
});

describe("runs that are gone", () => {
  const gone = (...numbers: number[]) => new Set<string>(numbers.map(uuidOf));

  it("leave the list, which goes on after the last that is left", () => {
    const left = removeRuns(pagesOf(aPage(9, 7), aPage(6, 4)), gone(8, 4, 5, 6));
    expect(numbersOf(left)).toEqual([9, 7]);
    expect(left.pages.at(-1)?.next).toBe(uuidOf(7));
    expect(removeRuns(pagesOf(aPage(9, 7, false)), gone(7)).pages.at(-1)?.next).toBeNull();
  });

  it("make room for the newest of those that are left, where none of the list are", () => {
    const left = removeRuns(pagesOf(aPage(9, 7), aPage(6, 4)), gone(4, 5, 6, 7, 8, 9));
    const merged = mergeHead(left, aPage(3, 2));
    expect(numbersOf(merged)).toEqual([3, 2]);
    expect(merged.pages.at(-1)?.next).toBe(uuidOf(2));
  });
});

describe("what events say of runs in a list", () => {
  it("is shown, and what did not change stays the same object", () => {
    const pages = pagesOf(aPage(4, 3), aPage(2, 1));
    const patched = patchRuns(pages, new Map([[uuidOf(2), { status: "running" }]]));
    expect(patched.pages[1]?.runs.map(({ status }) => status)).toEqual(["running", "queued"]);
    expect(patched.pages[0]).toBe(pages.pages[0]);
    expect(patchRuns(pages, new Map([[uuidOf(99), { status: "running" }]]))).toBe(pages);
  });

  it("does not set a run back that was fetched after it ended", () => {
    const ended = aRun(1, { status: "succeeded", endedAt: "2026-01-01T00:00:00.000Z" });
    const pages = pagesOf({ runs: [ended], next: null });
    expect(patchRuns(pages, new Map([[uuidOf(1), { status: "running" }]]))).toBe(pages);
  });

  it("is the same object where it was fetched again and nothing changed", () => {
    const pages = pagesOf(aPage(4, 3), aPage(2, 1));
    const again = keepSame(pages, {
      ...aPage(4, 2),
      runs: [aRun(5), aRun(4), aRun(3, { status: "failed" })],
    });
    expect(again.runs[1]).toBe(pages.pages[0]?.runs[0]);
    expect(again.runs.map(({ status }) => status)).toEqual(["queued", "queued", "failed"]);
  });

  it("gives way to the run as it was fetched", () => {
    const fetched = aRun(1, { status: "failed" });
    const replaced = replaceRuns(pagesOf(aPage(2, 1)), new Map([[fetched.runUUID, fetched]]));
    expect(replaced.pages[0]?.runs[1]).toBe(fetched);
  });
});

it("shows a run that a budget held as running once an event says that one of its tasks is begun", () => {
  const held = { ...aRun(1), status: "running" as const, parked: "held" as const };
  const [page] = patchRuns(
    pagesOf({ runs: [held], next: null }),
    new Map([[held.runUUID, { status: "running" as const }]]),
  ).pages;
  expect(page?.runs[0]).toMatchObject({ status: "running" });
  expect(page?.runs[0]).not.toHaveProperty("parked");
});
