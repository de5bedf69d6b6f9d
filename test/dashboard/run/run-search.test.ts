import { expect, it } from "vitest";
import { readRunSearch } from "../../../dashboard/src/pages/run/run-search.ts";

const TASK = "22222222-2222-4222-8222-222222222222";

it("knows from the address what of a run is opened", () => {
  const search = { task: TASK, tab: "log", view: "crops", crop: 3 };
  expect(readRunSearch(search)).toEqual(search);
  expect(readRunSearch({ ...search, crop: "3" })).toEqual(search);
});

it("leaves out what is nothing that could be opened", () => {
  expect(readRunSearch({ task: "x", tab: "y", view: "z", crop: 0.5, other: 1 })).toEqual({});
});
