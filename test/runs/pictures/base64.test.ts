import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { decodePicture } from "../../../src/runs/pictures/base64.ts";

const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });

describe("base64 of a picture", () => {
  it("is read as clients write it: padded or not, in either alphabet, on one line or many", () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.boolean(), fc.boolean(), (content, padded, forUrls, lines) => {
        let text = Buffer.from(content).toString(forUrls ? "base64url" : "base64");
        if (!padded) text = text.replace(/=+$/, "");
        if (lines) text = `${text.replace(/(.{76})/g, "$1\r\n")}\n`;
        expect(Uint8Array.from(decodePicture(text, DEFAULT_LIMITS))).toEqual(content);
      }),
    );
  });

  it("is refused where a single character is none of base64", () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.constantFrom("!", ".", "%", "é", "\0", "{"), (content, at, wrong) => {
        const text = Buffer.from(content).toString("base64");
        const where = at % text.length;
        const spoiled = text.slice(0, where) + wrong + text.slice(where);
        expect(() => decodePicture(spoiled, DEFAULT_LIMITS)).toThrow(/expected base64/);
      }),
    );
  });

  it("is refused by its length before it is decoded", () => {
    const limits = { ...DEFAULT_LIMITS, inputBytes: 300 };
    expect(decodePicture("A".repeat(400), limits).length).toBe(300);
    expect(() => decodePicture("A".repeat(404), limits)).toThrow(/the limit is/);
  });

  it("is not repeated whole where it is wrong", () => {
    expect(() => decodePicture("C:/home/someone/".repeat(100), DEFAULT_LIMITS)).toThrow(/^.{0,200}$/);
  });
});
