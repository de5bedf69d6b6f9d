import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutSecret } from "../src/without-secret.ts";

describe("a text that repeats a key", () => {
  it("has it no more, in none of the forms in which it was sent", () => {
    const text = "Basic bWFsZXI6Z2VoZWlt of maler:geheim (geheim) broke it";
    expect(withoutSecret(text, "maler:geheim")).toBe("Basic (the key) of (the key) ((the key)) broke it");
    expect(withoutSecret(text, undefined)).toBe(text);
  });

  it("keeps no key, wherever it stands in it", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/);
    fc.assert(
      fc.property(word, fc.string(), fc.string(), (key, before, after) => {
        expect(withoutSecret(`${before}${key}${after}${key}`, key)).not.toContain(key);
      }),
    );
  });

  it("keeps its own words where a password is so short that it is one of them", () => {
    expect(withoutSecret("no such file", "me:no")).toBe("no such file");
  });
});
