import { describe, expect, it } from "vitest";
import { formatRate, formatShare } from "../../../../dashboard/src/pages/workers/format-figures.ts";
import { workerState } from "../../../../dashboard/src/pages/workers/worker-state.ts";
import { readWorkersSearch } from "../../../../dashboard/src/pages/workers/workers-search.ts";

describe("figures of queues", () => {
  it("are as exact as they can be compared", () => {
    expect([0, 0.04, 0.44, 9.96, 12.4, 1234].map(formatRate)).toEqual([
      "0",
      "< 0.1",
      "0.4",
      "10.0",
      "12",
      "1,234",
    ]);
  });

  it("never round a share to none or all of it", () => {
    expect([0, 0.0004, 0.034, 0.12, 0.9999, 1].map(formatShare)).toEqual([
      "0 %",
      "< 0.1 %",
      "3.4 %",
      "12 %",
      "99 %",
      "100 %",
    ]);
  });
});

describe("a worker", () => {
  it("is what is worst of it: silent before draining, draining before working", () => {
    const stateOf = (isAlive: boolean, isDraining: boolean, running: number) =>
      workerState({ isAlive, isDraining, running }).id;
    expect(stateOf(false, true, 2)).toBe("silent");
    expect(stateOf(true, true, 2)).toBe("draining");
    expect(stateOf(true, false, 2)).toBe("working");
    expect(stateOf(true, false, 0)).toBe("idle");
  });
});

describe("the address of the workers page", () => {
  it("takes the name of a queue and nothing else", () => {
    expect(readWorkersSearch({ queue: "inpainting-local", more: 1 })).toEqual({ queue: "inpainting-local" });
    expect(readWorkersSearch({ queue: "a b" })).toEqual({});
    expect(readWorkersSearch({ queue: 7 })).toEqual({});
  });
});
