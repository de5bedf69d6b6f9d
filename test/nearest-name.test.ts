import fc from "fast-check";
import { expect, it } from "vitest";
import { nearestName, suggestion } from "../src/nearest-name.ts";

const NAMES = ["maskPadding", "maskBlur", "confidence", "strength"];

it("is the one that was probably meant, whatever the case of its letters, and none where none is near", () => {
  expect(nearestName("maskpading", NAMES)).toBe("maskPadding");
  expect(nearestName("STRENGHT", NAMES)).toBe("strength");
  expect(nearestName("colour", NAMES)).toBeNull();
  expect(suggestion("confidense", NAMES)).toBe(" Did you mean confidence?");
  expect(suggestion("x", NAMES)).toBe("");
});

it("is each name itself, and one of one edit less", () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.nat(), (name, at) => {
      const cut = at % name.length;
      expect(nearestName(name, NAMES)).toBe(name);
      expect(nearestName(name.slice(0, cut) + name.slice(cut + 1), NAMES)).toBe(name);
    }),
  );
});

it("is none for a megabyte, which is not gone through for each name", () => {
  const many = Array.from({ length: 2_000 }, (_, at) => `name-${at}`);
  expect(nearestName("x".repeat(1_000_000), many)).toBeNull();
});
