import { expect, it } from "vitest";
import { readRunSearch } from "../../../dashboard/src/pages/run/run-search.ts";
import { FIRST_WAY, wayOf, writeWay } from "../../../dashboard/src/pages/run/viewer/view-mode.ts";

const TASK = "22222222-2222-4222-8222-222222222222";

it("knows from the address what of a run is opened", () => {
  const search = { task: TASK, tab: "log", view: "crops", crop: 3 };
  expect(readRunSearch(search)).toEqual(search);
  expect(readRunSearch({ ...search, crop: "3" })).toEqual(search);
});

it("knows from the address how the picture is looked at, and says nothing of what is so at first", () => {
  const search = { mode: "difference", over: "regions,mask" };
  expect(readRunSearch(search)).toEqual(search);
  expect(wayOf(readRunSearch(search))).toEqual({ mode: "difference", over: ["regions", "mask"] });
  expect(wayOf(readRunSearch({ over: "none" }))).toEqual({ mode: "slider", over: [] });
  expect(readRunSearch({ mode: "slider", over: "boxes" })).toEqual({});
  expect(readRunSearch({ mode: "sideways", over: "everything" })).toEqual({});
  for (const way of [
    FIRST_WAY,
    { mode: "after", over: [] },
    { mode: "before", over: ["mask", "boxes"] },
  ] as const) {
    const again = wayOf(readRunSearch({ ...writeWay(way) }));
    expect([again.mode, [...again.over].sort()]).toEqual([way.mode, [...way.over].sort()]);
  }
});

it("leaves out what is nothing that could be opened", () => {
  expect(readRunSearch({ task: "x", tab: "y", view: "z", crop: 0.5, other: 1 })).toEqual({});
});
