import { describe, expect, it } from "vitest";
import { SEED } from "../../../bench/simulation/sizes.ts";
import { workerProcesses } from "../../../bench/simulation/worker-processes.ts";

describe("worker processes", () => {
  const outcomes = workerProcesses(SEED);

  it("come within 15 % of what was measured where the model was not told it", () => {
    const errors = outcomes
      .filter(({ isGivenToIt }) => !isGivenToIt)
      .map(({ sharing, measured }) => Math.abs(sharing / measured - 1));
    expect(errors).toHaveLength(4);
    expect(Math.max(...errors)).toBeLessThan(0.15);
  });

  it("are given what was measured with one and with eight of them", () => {
    for (const { sharing, measured } of outcomes.filter(({ isGivenToIt }) => isGivenToIt))
      expect(sharing / measured).toBeCloseTo(1, 2);
  });

  it("are never slower in the sizes than they were measured: what the sizes say of PostgreSQL is the least", () => {
    for (const { asSizes, measured } of outcomes) expect(asSizes).toBeGreaterThan(measured);
  });
});
