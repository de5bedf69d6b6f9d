import { describe, expect, it } from "vitest";
import {
  decisionOfMarks,
  type Mark,
  nextUnmarked,
  wordsOf,
} from "../../../dashboard/src/pages/review/decide/marks.ts";
import { inShown, viewOf, worstRegion } from "../../../dashboard/src/pages/review/regions.ts";
import { readReviewSearch } from "../../../dashboard/src/pages/review/review-search.ts";
import { DecideReview, type ReviewRegion } from "../../../src/contracts/review.ts";

const region = (seam: number | null, colorShiftAfter: number | null = null): ReviewRegion => ({
  box: [10, 10, 20, 30],
  crop: [0, 0, 100, 50],
  scale: 2,
  status: "inpainted",
  seam,
  colorShiftAfter,
  colorShiftBefore: null,
  sharpnessGain: null,
});
const marks = (...all: (Mark | null)[]) =>
  new Map(all.flatMap((mark, at) => (mark === null ? [] : [[at + 1, mark] as const])));
const asked = { regions: [region(1), region(1), region(1)], round: 4 };

describe("what is said about each region", () => {
  it("is one decision about the picture where it is the same of all", () => {
    expect(decisionOfMarks(asked, marks("keepOriginal", "keepOriginal", "keepOriginal"))).toEqual({
      decision: "keepOriginal",
      round: 4,
    });
  });

  it("is a reroll of some, or an acceptance, with what stays as it was, as the API takes it", () => {
    const mixed = decisionOfMarks(asked, marks("accept", "reroll", "keepOriginal"));
    expect(mixed).toEqual({ decision: "reroll", regions: [2], keepRegions: [3], round: 4 });
    const some = decisionOfMarks(asked, marks("accept", "accept", "keepOriginal"));
    expect(some).toEqual({ decision: "accept", keepRegions: [3], round: 4 });
    expect([mixed, some].every((body) => DecideReview.safeParse(body).success)).toBe(true);
    expect(wordsOf(mixed)).toBe("Made again of region 2, region 3 as before");
  });

  it("leads to the next region without a mark, around the end", () => {
    expect(nextUnmarked(asked, marks(null, "accept", null), 2)).toBe(3);
    expect(nextUnmarked(asked, marks(null, "accept", "accept"), 3)).toBe(1);
    expect(nextUnmarked(asked, marks("accept", "accept", "accept"), 1)).toBeNull();
  });
});

describe("regions", () => {
  it("the worst is that with the largest seam or shift of colours, by what gates let through", () => {
    expect(worstRegion([region(1.3), region(1, 9), region(null)])).toBe(2);
    expect(worstRegion([])).toBeNull();
  });

  it("are shown with a little around them, also where the result is larger", () => {
    const box = viewOf(region(1));
    expect(box).toEqual([-3, 2, 33, 38]);
    const sizes = { originalSize: { width: 100, height: 100 }, shownSize: { width: 200, height: 200 } };
    expect(inShown(box, sizes)).toEqual([-6, 4, 66, 76]);
    expect(inShown(box, { ...sizes, shownSize: null })).toEqual(box);
  });
});

describe("the address of the review page", () => {
  it("says what is looked at, and nothing that it should not", () => {
    const at = "0b0b0b0b-1111-4222-8333-444444444444";
    expect(readReviewSearch({ at, sort: "oldest", tab: "history", workflow: "faces" })).toEqual({
      at,
      sort: "oldest",
      tab: "history",
      workflow: "faces",
    });
    expect(readReviewSearch({ at: "x", sort: "concern", tab: "all", batch: "1", step: "" })).toEqual({});
  });
});
