import { describe, expect, it } from "vitest";
import {
  addOutcome,
  NO_OUTCOME,
  sayOutcome,
} from "../../../../dashboard/src/pages/runs/bulk/bulk-outcome.ts";
import { type Foreseen, foresee } from "../../../../dashboard/src/pages/runs/bulk/foresee.ts";
import type { RunStatus } from "../../../../src/contracts/run.ts";
import { aRun, uuidOf } from "../../live/run-views.ts";

const ENDED = "2026-01-01T00:00:00.000Z";
const run = (number: number, status: RunStatus) =>
  aRun(number, {
    status,
    tags: ["old"],
    endedAt: ["queued", "running", "review"].includes(status) ? null : ENDED,
  });

describe("what is done to many runs", () => {
  const runs = [run(3, "failed"), run(2, "running"), run(1, "succeeded")];
  const shown = (change: Foreseen, meant = [1, 2, 3]) =>
    foresee(runs, change, (uuid) => meant.some((number) => uuidOf(number) === uuid));

  it("is shown before the server has done it, only of those that it can be done to", () => {
    expect(shown({ name: "retry" }).map(({ status }) => status)).toEqual(["queued", "running", "succeeded"]);
    expect(shown({ name: "cancel" }).map(({ status }) => status)).toEqual([
      "failed",
      "cancelled",
      "succeeded",
    ]);
    expect(shown({ name: "delete" }).map(({ status }) => status)).toEqual(["running"]);
    expect(shown({ name: "delete" }, [3])).toHaveLength(2);
    expect(shown({ name: "tag", add: ["new"], remove: ["old"] }, [1]).map(({ tags }) => tags)).toEqual([
      ["old"],
      ["old"],
      ["new"],
    ]);
  });

  it("is told with how many not, and why", () => {
    const { tone, text } = sayOutcome("retry", { matched: 1_200, changed: 1_000, refused: [] });
    expect([tone, text]).toEqual([
      "warn",
      "1,000 runs under way again. 200 were left as they were: nothing of them had failed, or their pictures are to be had no more.",
    ]);
    expect(sayOutcome("delete", { matched: 1, changed: 1, refused: [] })).toEqual({
      tone: "good",
      text: "1 run deleted.",
    });
  });

  it("adds up over many requests, with the reasons of each", () => {
    const refused = [{ code: "CONFLICT", runs: 2, example: "it is under way" }];
    const one = { matched: 5, changed: 3, refused };
    const total = [one, one].reduce(addOutcome, NO_OUTCOME);
    expect(total).toEqual({ matched: 10, changed: 6, refused: [{ ...refused[0], runs: 4 }] });
    expect(sayOutcome("rerun", total, true).text).toBe(
      "6 runs made anew. 4 were left as they were: it is under way. Stopped before the rest had their turn.",
    );
  });
});
