import { describe, expect, it } from "vitest";
import { basisWords, rangeWords } from "../../../../dashboard/src/pages/new-batch/cost-words.ts";
import type { CostEstimate } from "../../../../src/contracts/cost-estimate.ts";

type StepCost = CostEstimate["steps"][number];
const step: StepCost = { step: "detail", providers: ["runware"], low: 1, high: 2, basis: "runs", seen: 40 };

describe("what paid calls will cost, in words", () => {
  it("is a range, or one amount where both are shown alike", () => {
    expect(rangeWords({ low: 1.2, high: 2.4 })).toBe("$1.20 to $2.40");
    expect(rangeWords({ low: 0.00021, high: 0.5 })).toBe("$0.0002 to $0.5000");
    expect(rangeWords({ low: 3, high: 3.001 })).toBe("$3.00");
  });

  it("says who is paid, and what it goes by", () => {
    expect(basisWords({ low: 1, high: 2, steps: [step] })).toBe(
      "Paid at runware, going by what 40 earlier runs cost.",
    );
    const looked: StepCost = { ...step, step: "eyes", basis: "finds", seen: 1 };
    expect(basisWords({ low: 1, high: 2, steps: [step, looked] })).toBe(
      "Paid at runware, going by what 40 earlier runs cost, and what is found in one picture and the price of a call.",
    );
  });
});
