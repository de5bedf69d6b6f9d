import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignOutputNames, nameFurther, namesWithResult, outputNameOf } from "../../src/cli/output-names.ts";

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

  it("get a number where another picture is called so: a.jpg, a.webp and a.jpg.png", () => {
    const names = ["a.jpg", "a.webp", "a.jpg.png"];
    expect(assignOutputNames(names, "png")).toEqual(["a.jpg (2).png", "a.webp.png", "a.jpg.png"]);
    expect(assignOutputNames([...names, "a.jpg (2).webp"], "png")).toEqual([
      "a.jpg (3).png",
      "a.webp.png",
      "a.jpg.png",
      "a.jpg (2).png",
    ]);
  });

  it("are the same whether all inputs are looked at, or one with those beside it", async () => {
    const stem = fc
      .array(fc.constantFrom("a", "jpg", "png"), { minLength: 1, maxLength: 3 })
      .chain((parts) => fc.constantFrom("", " (2)").map((end) => parts.join(".") + end));
    const name = fc.tuple(stem, fc.constantFrom(".jpg", ".png", ".webp")).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 6 }),
        fc.constantFrom("png" as const, "jpg" as const),
        async (names, format) => {
          const stemOf = (one: string) => path.posix.parse(one).name;
          const one = (own: string) => {
            const twins = names.filter((other) => other !== own && stemOf(other) === stemOf(own));
            return outputNameOf(own, twins, format, async (base) => names.includes(base));
          };
          const outputs = await Promise.all(names.map(one));
          expect(new Set(outputs).size).toBe(names.length);
          expect(outputs).toEqual(assignOutputNames(names, format));
        },
      ),
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

describe("names of further outputs", () => {
  const ROLES = [["mask"], ["faces", "1"], ["other"]];

  /** As a command asks: by the names of its pictures. */
  const furtherOf = (names: readonly string[], extension: string) => {
    const isResult = async (output: string) => namesWithResult(output).some((name) => names.includes(name));
    return Promise.all(
      names.flatMap((name) => ROLES.map((role) => nameFurther(name, role, extension, isResult))),
    );
  };

  it("hold the picture's whole name, and stay when others come: a.jpg and a.png have masks of their own", async () => {
    expect(await furtherOf(["a.jpg"], ".png")).toEqual([
      "a.jpg.mask.png",
      "a.jpg.faces.1.png",
      "a.jpg.other.png",
    ]);
    const both = await furtherOf(["a.jpg", "sub/a.png"], ".png");
    expect(both[0]).toBe("a.jpg.mask.png");
    expect(both[3]).toBe("sub/a.png.mask.png");
  });

  it("give way to pictures that are called so", async () => {
    const [mask] = await furtherOf(["a.jpg", "a.jpg.mask.webp", "a.jpg.mask (2).png"], ".png");
    expect(mask).toBe("a.jpg.mask (3).png");
  });

  it("are nobody else's, whatever the pictures and their format are", async () => {
    const name = fc
      .array(fc.constantFrom("a", "mask", "jpg", "png", "other"), { minLength: 1, maxLength: 3 })
      .chain((parts) => fc.constantFrom(".jpg", ".png", ".webp").map((end) => parts.join(".") + end));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 5 }),
        fc.constantFrom("same" as const, "png" as const, "jpg" as const),
        async (names, format) => {
          const further = await furtherOf(names, format === "jpg" ? ".jpg" : ".png");
          const results = assignOutputNames(names, format);
          expect(new Set([...names, ...results, ...further]).size).toBe(
            new Set([...names, ...results]).size + further.length,
          );
        },
      ),
    );
  });
});
