import { describe, expect, it } from "vitest";
import { Autoscaler, readScalingRules, type ScalingRule } from "../../../bench/simulation/autoscaler.ts";

const RULE: ScalingRule = {
  fewest: 1,
  most: 16,
  waitingEach: 8,
  upAfter: 30,
  downAfter: 600,
  up: { percent: 100, seconds: 60 },
  down: { workers: 1, seconds: 120 },
};

/** Workers at each of the controller's looks. */
const decide = (scaler: Autoscaler, from: number, to: number, waiting: number): number[] => {
  const workers: number[] = [];
  for (let time = from; time < to; time += 15) workers.push(scaler.decide(time, waiting));
  return workers;
};

describe("the autoscaler", () => {
  it("reads the rules that are shipped", () => {
    expect([...readScalingRules().keys()].sort()).toEqual(["inpainting-local", "masking"]);
    expect(readScalingRules().get("inpainting-local")).toEqual(RULE);
  });

  it("doubles each minute, after the wish has lasted half a minute, up to the most", () => {
    const scaler = new Autoscaler(RULE, 1);
    decide(scaler, 0, 60, 0);
    const workers = decide(scaler, 60, 420, 10_000);
    expect(workers.slice(0, 3)).toEqual([1, 2, 2]);
    expect(new Set(workers)).toEqual(new Set([1, 2, 4, 8, 16]));
    expect(workers.at(-1)).toBe(16);
  });

  it("takes one worker away every two minutes, ten minutes after the last one was wanted", () => {
    const scaler = new Autoscaler(RULE, 16);
    decide(scaler, 0, 600, 16 * 8);
    const workers = decide(scaler, 600, 3_000, 0);
    const firstLess = workers.findIndex((count) => count < 16);
    expect(firstLess * 15).toBeGreaterThanOrEqual(570);
    expect(firstLess * 15).toBeLessThanOrEqual(615);
    expect(workers.at(firstLess + 7)).toBe(15);
    expect(workers.at(firstLess + 8)).toBe(14);
  });

  it("leaves the workers as they are where about as much waits as is meant to", () => {
    expect(decide(new Autoscaler(RULE, 10), 0, 600, 84)).toEqual(Array.from({ length: 40 }, () => 10));
  });
});
