import { describe, expect, it } from "vitest";
import { LeftOut } from "../../../src/cli/listing/left-out.ts";

const leftOut = (...files: string[]): LeftOut => {
  const all = new LeftOut();
  for (const file of files) all.add(file);
  return all;
};

describe("files that are left out", () => {
  it("are counted by extension, the most frequent first, so that no kind of picture goes unnoticed", () => {
    const all = leftOut("a.txt", "b.HEIC", "c.heic", "d.mov", "e.xmp", "f.pdf", "g.pdf", "README", "h.zip");
    expect(all.describe()).toBe("9 files with other extensions (2 .heic, 2 .pdf, 1 .txt, 1 .mov, 3 others)");
    expect(leftOut("README").describe()).toBe("1 file with another extension (1 other)");
  });

  it("take no more memory where each has an extension of its own", () => {
    const all = leftOut(...Array.from({ length: 1_000 }, (_, at) => `scan.${at}`), "b.heic", "c.heic");
    expect(all.describe()).toBe("1002 files with other extensions (1 .0, 1 .1, 1 .2, 1 .3, 998 others)");
  });
});
