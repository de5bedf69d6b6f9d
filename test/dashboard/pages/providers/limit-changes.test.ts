import { describe, expect, it } from "vitest";
import { limitChanges, limitTexts } from "../../../../dashboard/src/pages/providers/limit-changes.ts";

const BUDGETS = [
  { provider: "cloud", of: "day", limit: 20, used: 1 },
  { provider: "cloud", of: "batch", limit: 2.5, used: null },
] as const;

describe("changed limits of a provider", () => {
  const texts = limitTexts(BUDGETS);

  it("are those that were typed anew, and what was emptied is no limit", () => {
    expect(texts).toEqual({ day: "20", owner: "", batch: "2.5", run: "" });
    expect(limitChanges(BUDGETS, { ...texts, day: "30", batch: "" })).toEqual({ day: 30, batch: null });
    expect(limitChanges(BUDGETS, { ...texts, owner: "100" })).toEqual({ owner: 100 });
  });

  it("are none where the same is said otherwise, or where something is no money", () => {
    expect(limitChanges(BUDGETS, { ...texts, day: "$20.00" })).toBeNull();
    expect(limitChanges(BUDGETS, { ...texts, day: "30", run: "much" })).toBeNull();
  });
});
