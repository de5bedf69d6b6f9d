import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignOutputNames } from "../../src/cli/output-names.ts";

describe("names of results", () => {
  it("stay as they are where the format does", () => {
    expect(assignOutputNames(["a.JPG", "sub/a.jpeg", "b.webp"], "same")).toEqual([
      "a.JPG",
      "sub/a.jpeg",
      "b.webp",
    ]);
  });

  it("take the format's extension, keep one that says the same, and keep their folders", () => {
    expect(assignOutputNames(["a.JPG", "sub/a.webp", "b.jpeg"], "jpg")).toEqual([
      "a.JPG",
      "sub/a.jpg",
      "b.jpeg",
    ]);
  });

  it("keep the whole name where it would otherwise be shared: a.jpg and a.png, A.webp and a.jpg", () => {
    expect(assignOutputNames(["a.jpg", "a.png", "b/A.webp", "b/a.jpg", "c.jpg"], "png")).toEqual([
      "a.jpg.png",
      "a.png.png",
      "b/A.webp.png",
      "b/a.jpg.png",
      "c.png",
    ]);
  });

  it("keep what only looks like an extension", () => {
    expect(assignOutputNames(["v1.2", "scan.tiff"], "png")).toEqual(["v1.2.png", "scan.tiff.png"]);
  });

  it("are refused where two would still be one file", () => {
    expect(() => assignOutputNames(["a.jpg", "a.webp", "a.jpg.png"], "png")).toThrow(
      /a\.jpg and a\.jpg\.png would both be written to a\.jpg\.png/,
    );
  });

  it("are unique and stay in their folder, whatever the inputs are", () => {
    const name = fc
      .tuple(
        fc.constantFrom("", "x/", "x/y/"),
        fc.constantFrom("a", "b", "A"),
        fc.constantFrom(".jpg", ".jpeg", ".png", ".webp"),
      )
      .map((parts) => parts.join(""));
    const names = fc.uniqueArray(name, { selector: (one) => one.toLowerCase() });
    fc.assert(
      fc.property(
        names,
        fc.constantFrom("png" as const, "jpg" as const, "webp" as const),
        (given, format) => {
          const assigned = assignOutputNames(given, format);
          expect(new Set(assigned.map((one) => one.toLowerCase())).size).toBe(given.length);
          expect(assigned.map(path.posix.dirname)).toEqual(given.map(path.posix.dirname));
        },
      ),
    );
  });
});
