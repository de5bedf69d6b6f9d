import { readdir } from "node:fs/promises";
import os from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, foldName, stemOf } from "../../../src/cli/listing/entry-order.ts";
import { type FolderEntry, sortEntries } from "../../../src/cli/listing/sorted-spill.ts";

const names = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom("a", "b", "A", "a b", "a-1", "10", "9", "é", "a\nb"),
      fc.constantFrom("", ".1", ".jpg", ".JPG", ".png", ".jpg.png"),
    )
    .map((parts) => parts.join("")),
);

async function* entriesOf(all: readonly string[]): AsyncGenerator<FolderEntry> {
  for (const name of all) yield { name, kind: "file" };
}

async function sorted(all: readonly string[], portion: number): Promise<string[]> {
  const result: string[] = [];
  for await (const { name } of sortEntries(entriesOf(all), portion)) result.push(name);
  return result;
}

const leftBehind = async () =>
  (await readdir(os.tmpdir())).filter((name) => name.startsWith("maskloom-listing-"));

describe("a folder's entries", () => {
  it("come in the same order through files as in memory, whatever the portions", async () => {
    const property = fc.asyncProperty(names, fc.integer({ min: 1, max: 7 }), async (all, portion) => {
      expect(await sorted(all, portion)).toEqual([...all].sort(compareNames));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("stand side by side where they differ only in a picture's extension or in case", () => {
    fc.assert(
      fc.property(names, (all) => {
        const stems = [...all].sort(compareNames).map((name) => foldName(stemOf(name)));
        const runs = stems.filter((stem, at) => stem !== stems[at - 1]);
        expect(new Set(runs).size).toBe(runs.length);
      }),
    );
  });

  it("leave no file behind, also when nobody reads them to the end", async () => {
    const before = await leftBehind();
    const many = Array.from({ length: 50 }, (_, at) => `${at}.jpg`);
    for await (const { name } of sortEntries(entriesOf(many), 4)) {
      expect(name).toBe("0.jpg");
      break;
    }
    expect((await leftBehind()).filter((name) => !before.includes(name))).toEqual([]);
  });
});
