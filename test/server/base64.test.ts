import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64 } from "../../src/server/base64.ts";

describe("a picture in base64", () => {
  it("comes back byte for byte, with or without a data URI and padding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        for (const form of [text, text.replace(/=+$/, ""), `data:image/png;base64,${text}`, `  ${text}\n`]) {
          expect(new Uint8Array(decodeBase64(form))).toEqual(bytes);
        }
      }),
    );
  });

  it.each([
    "",
    "/etc/passwd.png",
    "https://example.com/a.png",
    "data:image/png,abc",
    "aGVsbG8*",
    "data:;base64,",
  ])("is refused where it is none: %j", (text) => {
    expect(() => decodeBase64(text)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("expected base64") }),
    );
  });
});
