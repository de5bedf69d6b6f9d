import { expect, it } from "vitest";
import { readRunSearch } from "../../../dashboard/src/pages/run/run-search.ts";
import { FIRST_WAY, sayWay, wayOf } from "../../../dashboard/src/pages/run/viewer/view-mode.ts";

const TASK = "22222222-2222-4222-8222-222222222222";

it("knows from the address what of a run is opened", () => {
  const search = { task: TASK, tab: "log", view: "crops", crop: 3 };
  expect(readRunSearch(search)).toEqual(search);
  expect(readRunSearch({ ...search, crop: "3" })).toEqual(search);
});

it("knows from the address how the picture is looked at, and says nothing of what is so at first", () => {
  const search = { mode: "difference", over: "regions,mask" };
  expect(readRunSearch(search)).toEqual(search);
  expect(wayOf(readRunSearch(search))).toMatchObject({ mode: "difference", over: ["regions", "mask"] });
  expect(wayOf(readRunSearch({ over: "none" }))).toMatchObject({ mode: "slider", over: [] });
  expect(readRunSearch({ ...sayWay(FIRST_WAY) })).toEqual({});
  expect(readRunSearch({ mode: "sideways", over: "everything", opacity: 101, divider: "x" })).toEqual({});
  for (const part of [
    { mode: "after", over: [] },
    { mode: "before", over: ["mask", "boxes"] },
    { divider: 12.5, opacity: 0, view: { scale: 4, x: -1, y: -0.5 } },
  ] as const) {
    const way = { ...FIRST_WAY, ...part };
    const again = wayOf(readRunSearch({ ...sayWay(way) }));
    expect({ ...again, over: [...again.over].sort() }).toEqual({ ...way, over: [...way.over].sort() });
  }
});

it("leaves out what is nothing that could be opened", () => {
  expect(readRunSearch({ task: "x", tab: "y", view: "z", crop: 0.5, other: 1 })).toEqual({});
});
