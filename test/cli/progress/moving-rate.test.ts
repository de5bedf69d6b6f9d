import { describe, expect, it } from "vitest";
import { describeRate, MovingRate } from "../../../src/cli/progress/moving-rate.ts";

describe("the pace of a batch", () => {
  it("is not known before a picture is done", () => {
    expect(new MovingRate(0).secondsLeft(10, 5_000)).toBeNull();
  });

  it("is that of the last pictures, not of the whole batch", () => {
    const rate = new MovingRate(0);
    for (let at = 1; at <= 200; at += 1) rate.add(at * 10_000);
    for (let at = 1; at <= 200; at += 1) rate.add(2_000_000 + at * 1_000);
    expect(rate.perMinute(2_200_000)).toBeCloseTo(60);
    expect(rate.secondsLeft(30, 2_200_000)).toBeCloseTo(30);
  });

  it("falls while nothing is done", () => {
    const rate = new MovingRate(0);
    rate.add(1_000);
    expect(rate.perMinute(1_000)).toBeCloseTo(60);
    expect(rate.perMinute(4_000)).toBeCloseTo(15);
  });

  it.each([
    [158.4, "158 a minute"],
    [2.44, "2.4 a minute"],
    [0.1, "6.0 an hour"],
  ])("of %d is said as %s", (perMinute, text) => {
    expect(describeRate(perMinute)).toBe(text);
  });
});
