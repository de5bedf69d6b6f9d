import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseByteRange } from "../../src/server/byte-range.ts";

describe("a Range header", () => {
  it.each([
    ["bytes=0-0", 10, { start: 0, end: 0 }],
    ["bytes=2-", 10, { start: 2, end: 9 }],
    ["bytes=-3", 10, { start: 7, end: 9 }],
    ["bytes=-30", 10, { start: 0, end: 9 }],
    ["bytes=5-99", 10, { start: 5, end: 9 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=5-2", 10, null],
    ["bytes=0-1,3-4", 10, null],
    ["items=0-1", 10, null],
    ["bytes=-", 10, null],
    ["bytes=a-b", 10, null],
    [undefined, 10, null],
  ])("%j of %i bytes is %j", (header, size, expected) => {
    expect(parseByteRange(header, size)).toEqual(expected);
  });

  it("never reaches beyond the bytes there are, whatever is asked", () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
    );
    fc.assert(
      fc.property(text, fc.nat(1000), (header, size) => {
        const range = parseByteRange(header, size);
        if (range === null || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(size);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }),
    );
  });
});
