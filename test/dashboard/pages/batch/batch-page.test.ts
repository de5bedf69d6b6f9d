import { expect, it } from "vitest";
import { readBatchSearch } from "../../../../dashboard/src/pages/batch/batch-search.ts";

it("takes from its address only what it knows", () => {
  expect(readBatchSearch({ order: "worst", status: "failed", reason: "IMAGE_UNREADABLE", x: 1 })).toEqual({
    order: "worst",
    status: "failed",
    reason: "IMAGE_UNREADABLE",
  });
  expect(readBatchSearch({ order: "best", status: "lost", reason: "no code" })).toEqual({});
});
