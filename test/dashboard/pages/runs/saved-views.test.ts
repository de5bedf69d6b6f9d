import { describe, expect, it } from "vitest";
import { addView, readViews, removeView } from "../../../../dashboard/src/pages/runs/views/saved-views.ts";

describe("views that a browser keeps", () => {
  it("come back as they were saved", () => {
    const views = addView([], { name: " Bad seams ", search: { seamMin: "0.5", status: "succeeded" } });
    expect(readViews(JSON.stringify(views))).toEqual([
      { name: "Bad seams", search: { seamMin: "0.5", status: "succeeded" } },
    ]);
  });

  it("take the place of those with their name, and go when asked", () => {
    const one = addView([], { name: "mine", search: { q: "a" } });
    const two = addView(addView(one, { name: "other", search: {} }), { name: "mine", search: { q: "b" } });
    expect(two.map(({ name, search }) => [name, search.q])).toEqual([
      ["mine", "b"],
      ["other", undefined],
    ]);
    expect(removeView(two, "mine")).toHaveLength(1);
  });

  it.each([
    null,
    "",
    "{",
    "{}",
    "[1, null, {}]",
    '[{"name": "", "search": {}}]',
    '[{"name": "x", "search": 1}]',
  ])("are none where what was kept is %j", (text) => expect(readViews(text)).toEqual([]));

  it("ask for nothing that this page does not know", () => {
    const text = JSON.stringify([{ name: "old", search: { status: "melted", tag: "keep", colour: "red" } }]);
    expect(readViews(text)).toEqual([{ name: "old", search: { tag: "keep" } }]);
  });
});
