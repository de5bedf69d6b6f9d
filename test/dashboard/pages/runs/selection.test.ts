import { describe, expect, it } from "vitest";
import {
  EVERYTHING,
  isChosen,
  isEmpty,
  NOTHING,
  type Selection,
  toggle,
  toggleListed,
} from "../../../../dashboard/src/pages/runs/selection/selection.ts";

const LISTED = ["a", "b", "c", "d", "e"];
const chosen = (selection: Selection) => LISTED.filter((uuid) => isChosen(selection, uuid)).join("");

describe("runs that are chosen", () => {
  it("are ticked one by one, and unticked", () => {
    const two = toggle(toggle(NOTHING, "b", LISTED, null), "d", LISTED, null);
    expect(chosen(two)).toBe("bd");
    expect(chosen(toggle(two, "b", LISTED, null))).toBe("d");
  });

  it("are all between two with Shift, in whichever direction, and are unticked the same way", () => {
    const up = toggle(toggle(NOTHING, "d", LISTED, null), "b", LISTED, "d");
    expect(chosen(up)).toBe("bcd");
    expect(chosen(toggle(up, "d", LISTED, "b"))).toBe("");
  });

  it("stay where their neighbour has left the list", () => {
    expect(chosen(toggle(NOTHING, "c", LISTED, "gone"))).toBe("c");
  });

  it("are all that match until one is unticked: then those that can be seen", () => {
    expect(chosen(EVERYTHING)).toBe("abcde");
    expect(isChosen(EVERYTHING, "not loaded")).toBe(true);
    const seen = toggle(EVERYTHING, "a", LISTED, null);
    expect([chosen(seen), isChosen(seen, "not loaded")]).toEqual(["bcde", false]);
  });

  it("are all that are loaded, and none at the second time", () => {
    const all = toggleListed(NOTHING, LISTED);
    expect(chosen(all)).toBe("abcde");
    expect(isEmpty(toggleListed(all, LISTED))).toBe(true);
    expect(isEmpty(toggleListed(NOTHING, []))).toBe(true);
  });
});
