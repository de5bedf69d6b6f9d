import { expect, it } from "vitest";
import { mainActionOf } from "../../../../dashboard/src/pages/batch/main-action.ts";

const RUNS = {
  queued: 0,
  running: 3,
  succeeded: 2,
  partial: 0,
  failed: 1,
  skipped: 0,
  cancelled: 0,
  review: 0,
};

it("one thing is the most worth doing: what waits for a person, else that it goes on, else what failed", () => {
  expect(mainActionOf({ status: "paused", runs: { ...RUNS, review: 2 } })).toBe("review");
  expect(mainActionOf({ status: "running", runs: { ...RUNS, review: 2 } })).toBe("review");
  expect(mainActionOf({ status: "paused", runs: RUNS })).toBe("resume");
  expect(mainActionOf({ status: "running", runs: RUNS })).toBe("retry");
});
