import path from "node:path";
import { describe, expect, it } from "vitest";
import { TableIndex } from "../../../src/cli/run/table-index.ts";

const files = ["a.jpg", "sub/a.jpg", "sub/b.jpg", "sub/c.jpg", "other/c.jpg"].map((name) => ({
  name,
  given: name,
  path: path.resolve("/photos", name),
}));
const row = (file: string, line = 2) => ({ line, file, values: {} });

/** Names of the pictures that the row is about. */
function picturesOf(file: string): string[] {
  const index = new TableIndex([row(file)], path.resolve("/photos/table.csv"));
  for (const one of files) index.see(one);
  return files.filter((one) => index.rowOf(one) !== undefined).map(({ name }) => name);
}

describe("a row of a table", () => {
  it.each([
    ["a.jpg", "a.jpg"],
    ["./sub/a.jpg", "sub/a.jpg"],
    ["sub\\b.jpg", "sub/b.jpg"],
    [path.resolve("/photos/sub/b.jpg"), "sub/b.jpg"],
    ["b.jpg", "sub/b.jpg"],
  ])("%s is about %s", (file, name) => {
    expect(picturesOf(file)).toEqual([name]);
  });

  it.each(["c.jpg", "nix.jpg"])("%s is about none where two pictures have the name, or none", (file) => {
    expect(picturesOf(file)).toEqual([]);
    const index = new TableIndex([row(file, 7)], "table.csv");
    for (const one of files) index.see(one);
    expect(index.unmatched().map(({ line }) => line)).toEqual([7]);
  });

  const spellings = ["caf\u00e9.jpg", "cafe\u0301.jpg"] as const;
  const listed = (name: string) => ({ name, given: name, path: `/photos/${name}` });

  it.each([
    [spellings[0], spellings[1]],
    [spellings[1], spellings[0]],
  ])("is about a picture that writes its name in other code points: %s, %s", (typed, there) => {
    const index = new TableIndex([row(typed)], "table.csv");
    const one = listed(there);
    index.see(one);
    expect(index.rowOf(one)?.file).toBe(typed);
    expect(index.unmatched()).toEqual([]);
  });

  it("is about none where two pictures have its name in different code points", () => {
    const index = new TableIndex([row(spellings[0])], "table.csv");
    const both = spellings.map(listed);
    for (const one of both) index.see(one);
    expect(both.map((one) => index.rowOf(one))).toEqual([undefined, undefined]);
    expect(index.unmatched()).toHaveLength(1);
  });

  it("with the whole name goes before one with the base name, in whatever order pictures come", () => {
    for (const order of [files, files.toReversed()]) {
      const index = new TableIndex([row("sub/c.jpg", 2), row("c.jpg", 3), row("b.jpg", 4)], "table.csv");
      for (const one of order) index.see(one);
      const lines = files.map((one) => index.rowOf(one)?.line);
      expect(lines).toEqual([undefined, undefined, 4, 2, undefined]);
    }
  });

  it("of a table in S3 names pictures from the table's folder, or by address", () => {
    const shots = ["s3://shots/2024/may/a.jpg", "s3://shots/2024/june/a.jpg"].map((address) => ({
      name: address.slice("s3://shots/2024/".length),
      given: address,
      path: address,
    }));
    const picturesOf = (file: string) => {
      const index = new TableIndex([row(file)], "s3://shots/2024/tables/table.csv");
      for (const one of shots) index.see(one);
      return shots.filter((one) => index.rowOf(one) !== undefined).map(({ name }) => name);
    };
    expect(picturesOf("../may/a.jpg")).toEqual(["may/a.jpg"]);
    expect(picturesOf("s3://shots/2024/june/a.jpg")).toEqual(["june/a.jpg"]);
    expect(picturesOf("may/a.jpg")).toEqual(["may/a.jpg"]);
    expect(picturesOf("a.jpg")).toEqual([]);
  });

  /** What is said of them where these pictures are shown. */
  const doublesOf = (rows: readonly ReturnType<typeof row>[], shown = files) => {
    const index = new TableIndex(rows, "/photos/table.csv");
    for (const one of shown) index.see(one);
    return index.doubles().map(({ code, message }) => `${code} ${message}`);
  };

  it("is a double where a row before it is about its picture by another name, whichever is better", () => {
    const absolute = path.resolve("/photos/a.jpg");
    expect(doublesOf([row("a.jpg", 2), row(absolute, 4)])).toEqual([
      `INPUT_INVALID /photos/table.csv:4: ${absolute} stands in line 2 already, as a.jpg`,
    ]);
    expect(doublesOf([row("b.jpg", 2), row("sub/b.jpg", 3), row("nix.jpg", 4)])).toEqual([
      "INPUT_INVALID /photos/table.csv:3: sub/b.jpg stands in line 2 already, as b.jpg",
    ]);
  });

  it("is a double where both say one place, and pictures are named from elsewhere", () => {
    const shown = files.map((file) => ({ ...file, name: `photos/${file.name}` }));
    expect(doublesOf([row("/photos/sub/../a.jpg", 2), row("/photos/a.jpg", 3)], shown)).toEqual([
      "INPUT_INVALID /photos/table.csv:3: /photos/a.jpg stands in line 2 already, as /photos/sub/../a.jpg",
    ]);
  });

  it("is no double where it is about no picture, or its base name is that of several", () => {
    expect(doublesOf([row("sub/c.jpg", 2), row("c.jpg", 3), row("a.jpg", 4), row("sub/a.jpg", 5)])).toEqual(
      [],
    );
    expect(doublesOf([row("nix.jpg", 2), row("/photos/nix.jpg", 3)])).toEqual([]);
  });
});
