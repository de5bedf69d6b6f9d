import { expect, it } from "vitest";
import { readBatchSearch } from "../../../../dashboard/src/pages/batch/batch-search.ts";
import { adviceFor } from "../../../../dashboard/src/pages/batch/failure-advice.ts";
import { ERRORS } from "../../../../src/errors.ts";

/** What no picture of a batch can fail with: it is about the request, or somebody's own doing. */
const OF_REQUESTS = new Set([
  ...["WORKFLOW_INVALID", "WORKFLOW_UNKNOWN", "FEATURE_NOT_YET", "DOWNLOAD_FAILED", "NOT_FOUND", "CONFLICT"],
  ...[
    "UNAUTHORIZED",
    "METHOD_NOT_ALLOWED",
    "RATE_LIMITED",
    "OUTPUT_INVALID",
    "ENGINE_UNAVAILABLE",
    "CANCELLED",
  ],
]);

it("has advice for everything that a picture can fail with", () => {
  const without = Object.keys(ERRORS).filter((code) => adviceFor(code) === null);
  expect(without.filter((code) => !OF_REQUESTS.has(code))).toEqual([]);
  expect(adviceFor("NO_SUCH_CODE")).toBeNull();
});

it("takes from its address only what it knows", () => {
  expect(readBatchSearch({ order: "worst", status: "failed", reason: "IMAGE_UNREADABLE", x: 1 })).toEqual({
    order: "worst",
    status: "failed",
    reason: "IMAGE_UNREADABLE",
  });
  expect(readBatchSearch({ order: "best", status: "lost", reason: "no code" })).toEqual({});
});
