import { describe, expect, it } from "vitest";
import { describeCosts } from "../../../src/cli/run/agree-to-pay.ts";
import type { CostEstimate } from "../../../src/contracts/cost-estimate.ts";

type StepCost = CostEstimate["steps"][number];
const step: StepCost = { step: "detail", providers: ["runware"], low: 1, high: 2, basis: "runs", seen: 43 };

describe("what is said before a batch that costs", () => {
  it("is a range, who is paid, and what it goes by", () => {
    expect(describeCosts({ low: 1.874, high: 2.64, steps: [step] }, { total: 120 })).toBe(
      "cost: probably $1.87 to $2.64 at runware for 120 pictures, going by the last 43 runs; what is done already costs nothing again",
    );
    const eyes: StepCost = { ...step, step: "eyes", providers: ["farm", "runware"], basis: "finds", seen: 8 };
    expect(describeCosts({ low: 0.02, high: 0.02, steps: [step, eyes] }, { total: 1 })).toMatch(
      /^cost: probably \$0\.0200 at runware, farm for one picture, going by the last 43 runs, what is found in 8 of them and/,
    );
  });
});
