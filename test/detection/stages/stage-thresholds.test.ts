import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stageThresholds } from "../../../src/detection/stages/stage-thresholds.ts";

const share = fc.double({ min: 0.01, max: 1, noNaN: true });

describe("stageThresholds", () => {
  it("are the stages' own where the confidence is their product or more", () => {
    const own = { detector: 0.5, presence: 0.5 };
    for (const confidence of [0.25, 0.3, 0.5, 1]) expect(stageThresholds(own, confidence)).toEqual(own);
  });

  it("never rise above their own, and multiply to a confidence that is lower", () => {
    fc.assert(
      fc.property(share, share, share, (detector, presence, confidence) => {
        const least = stageThresholds({ detector, presence }, confidence);
        expect(least.detector).toBeLessThanOrEqual(detector);
        expect(least.presence).toBeLessThanOrEqual(presence);
        expect(least.detector * least.presence).toBeCloseTo(Math.min(confidence, detector * presence), 9);
      }),
    );
  });

  it("fall to nothing with the confidence", () => {
    expect(stageThresholds({ detector: 0.5, presence: 0.5 }, 0)).toEqual({ detector: 0, presence: 0 });
  });
});
