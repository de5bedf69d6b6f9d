import { describe, expect, it } from "vitest";
import { readMoney } from "../../../dashboard/src/components/money-field.tsx";

describe("what somebody types as money", () => {
  it("is an amount, nothing, or none", () => {
    expect(["2.50", " $0.004 ", ".5", "3.", "0"].map(readMoney)).toEqual([2.5, 0.004, 0.5, 3, 0]);
    expect(["", "  ", "$"].map(readMoney)).toEqual([null, null, null]);
    expect(["-1", "2,50", "1e3", "a", "2000000", "."].map(readMoney)).toEqual(Array(6).fill(undefined));
  });
});
