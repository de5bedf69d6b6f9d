import { describe, expect, it } from "vitest";
import { costWord } from "../../../src/cli/providers/cost-word.ts";

const PRICES = new Map([
  ["runware:101@1", 0.004],
  ["*", 0.02],
]);

describe("what a provider costs, in its row of `maskloom providers list`", () => {
  it.each([
    [{ paid: false, api: true, prices: PRICES }, "free"],
    [{ paid: false, api: false, prices: PRICES }, "free; closed to /v1"],
    [{ paid: true, api: false, prices: PRICES }, "runware:101@1 $0.004, any $0.02"],
    [{ paid: true, api: true, prices: PRICES }, "runware:101@1 $0.004, any $0.02; open to /v1"],
    [{ paid: true, api: true, prices: new Map() }, "paid, not configured; open to /v1"],
  ])("of %o is %s", (settings, words) => {
    expect(costWord(settings)).toBe(words);
  });
});
