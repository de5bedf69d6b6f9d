import { expect, it } from "vitest";
import {
  countBatch,
  shownBatchStatus,
} from "../../../../dashboard/src/components/batch-progress/batch-counts.ts";
import { RunStatus } from "../../../../src/contracts/run.ts";

const runs = (counts: Partial<Record<RunStatus, number>>) =>
  Object.fromEntries(RunStatus.options.map((status) => [status, counts[status] ?? 0])) as Record<
    RunStatus,
    number
  >;

const NONE = { held: 0, uncertain: 0 };

it("counts pictures that have no run yet among those that wait", () => {
  const counts = countBatch({
    runs: runs({ succeeded: 5, failed: 2, partial: 1, running: 1, queued: 3 }),
    parked: NONE,
    toCome: 10,
    complete: false,
  });
  expect(counts).toMatchObject({ total: 22, done: 8, failed: 3, isTotalKnown: true });
  expect(counts.parts).toEqual([
    { status: "succeeded", count: 5 },
    { status: "partial", count: 1 },
    { status: "failed", count: 2 },
    { status: "running", count: 1 },
    { status: "queued", count: 13 },
  ]);
});

it("says that more may come where a folder is still being walked", () => {
  expect(
    countBatch({ runs: runs({ queued: 3 }), parked: NONE, toCome: 0, complete: false }).isTotalKnown,
  ).toBe(false);
  expect(
    countBatch({ runs: runs({ queued: 3 }), parked: NONE, toCome: 0, complete: true }).isTotalKnown,
  ).toBe(true);
});

it("does not count those that a budget holds among those that run", () => {
  const { parts, done } = countBatch({
    runs: runs({ running: 3, queued: 1 }),
    parked: { held: 1, uncertain: 1 },
    toCome: 0,
    complete: true,
  });
  expect(done).toBe(0);
  expect(parts).toEqual([
    { status: "held", count: 1 },
    { status: "uncertain", count: 1 },
    { status: "running", count: 1 },
    { status: "queued", count: 1 },
  ]);
});

it("is held where every run that is left waits for money, and runs as long as anything else goes on", () => {
  const held = {
    status: "running" as const,
    runs: runs({ running: 2, succeeded: 1 }),
    parked: { held: 2, uncertain: 0 },
    toCome: 0,
    complete: true,
  };
  expect(shownBatchStatus(held)).toBe("held");
  expect(shownBatchStatus({ ...held, parked: { held: 0, uncertain: 2 } })).toBe("uncertain");
  expect(shownBatchStatus({ ...held, parked: { held: 1, uncertain: 0 } })).toBe("running");
  expect(shownBatchStatus({ ...held, toCome: 1 })).toBe("running");
  expect(shownBatchStatus({ ...held, status: "paused" })).toBe("paused");
});
