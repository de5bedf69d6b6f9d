import { expect, it } from "vitest";
import { adviceFor } from "../../../../dashboard/src/components/failure-advice/failure-advice.ts";
import { NAVIGATION } from "../../../../dashboard/src/shell/navigation.ts";
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

it("names pages as they are called where one goes to them", () => {
  const pages = Object.keys(ERRORS).flatMap((code) => adviceFor(code)?.page ?? []);
  expect(pages.length).toBeGreaterThan(0);
  const known = NAVIGATION.map(({ to, title }) => ({ to, title }));
  for (const page of pages) expect(known).toContainEqual(page);
});

it("leads from what a budget holds, and from what may be on a bill, to where that is decided", () => {
  for (const code of ["BUDGET_EXCEEDED", "CALL_UNCERTAIN"])
    expect(adviceFor(code)?.page?.to).toBe("/providers");
});
