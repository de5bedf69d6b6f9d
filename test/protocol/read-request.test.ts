import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRequest } from "../../src/protocol/read-request.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a request", () => {
  it("is an array of tasks, or a single one, with a byte order mark or without", () => {
    expect(readRequest(bytes('[{"a":1},2]'))).toEqual({ elements: [{ a: 1 }, 2] });
    expect(readRequest(bytes('{"a":1}'))).toEqual({ elements: [{ a: 1 }] });
    expect(readRequest(bytes('\ufeff[{"a":"ä"}]'))).toEqual({ elements: [{ a: "ä" }] });
  });

  it.each([
    ["", "invalidJSON"],
    ["[", "invalidJSON"],
    ["[1,]", "invalidJSON"],
    ["null", "invalidJSON"],
    ["3", "invalidJSON"],
    ['"[]"', "invalidJSON"],
    ["[]", "arrayTooSmall"],
    [`[${"0,".repeat(1_000)}0]`, "arrayTooLarge"],
    [`[${"[],".repeat(300_000)}0]`, "valueTooLarge"],
    ["[".repeat(1_000_000), "invalidJSON"],
    [`[{"a":${"[".repeat(40)}${"]".repeat(40)}}]`, "invalidJSON"],
  ])("that is none is one error: %#", (text, code) => {
    expect(readRequest(bytes(text))).toMatchObject({ error: { code } });
  });

  it.each([[[0xff]], [[0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]], [[0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]]])(
    "of bytes that are no UTF-8 is one error of its own: %j",
    (broken) => {
      expect(readRequest(Uint8Array.from(broken))).toMatchObject({ error: { code: "invalidUTF8" } });
    },
  );

  it("of any bytes is read or is one error, and never echoes much of them", () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(bytes),
      fc.string({ maxLength: 5_000, unit: "binary" }).map(bytes),
    );
    fc.assert(
      fc.property(anything, (sent) => {
        const read = readRequest(sent);
        if ("elements" in read) expect(read.elements.length).toBeGreaterThan(0);
        else expect(JSON.stringify(read.error).length).toBeLessThan(2_000);
      }),
      { numRuns: 500 },
    );
  });
});
