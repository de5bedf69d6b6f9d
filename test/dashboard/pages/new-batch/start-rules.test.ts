import { describe, expect, it } from "vitest";
import { NO_RULES, rulesOf } from "../../../../dashboard/src/pages/new-batch/start-rules.ts";
import { StartBatch } from "../../../../src/contracts/actions.ts";

describe("how a batch is to go", () => {
  it("is said only where somebody said it", () => {
    expect(rulesOf(NO_RULES)).toEqual({});
    const rules = rulesOf({ maxCost: " $2.50", maxFailures: " 3 ", again: true });
    expect(rules).toEqual({ maxCost: 2.5, maxFailures: 3, again: true });
    const body = { workflow: "face-detail", folder: "/srv/photos", ...rules };
    expect(StartBatch.parse(body)).toMatchObject({ maxCost: 2.5, maxFailures: 3, again: true });
  });

  it("is refused where it is no number of dollars or of pictures", () => {
    for (const wrong of [
      { maxCost: "two" },
      { maxFailures: "0" },
      { maxFailures: "1.5" },
      { maxFailures: "x" },
    ])
      expect(rulesOf({ ...NO_RULES, ...wrong }), JSON.stringify(wrong)).toBeNull();
  });
});
