import { link, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openObjectStore } from "../../src/artifacts/open-object-store.ts";
import { openPictureFiles } from "../../src/cli/picture-files.ts";
import { makeFolderWith } from "./temporary-folder.ts";

const files = openPictureFiles(openObjectStore({ endpoint: undefined, region: "nowhere" }), 1_000_000);

describe("two names are of one picture", () => {
  it("where their folder is one, by whatever way it is named", async () => {
    const folder = await makeFolderWith("photos/sub/a.png", "photos/b.png");
    const at = (...parts: string[]) => path.join(folder, ...parts);
    await symlink(at("photos"), at("linked"));
    expect(await files.isSame(at("photos", "sub", "a.png"), at("linked", "sub", "a.png"))).toBe(true);
    expect(await files.isSame(at("photos", "b.png"), at("photos", "b.png"))).toBe(true);
    expect(await files.isSame(at("photos", "sub", "a.png"), at("photos", "b.png"))).toBe(false);
    expect(await files.isSame(at("photos", "nix.png"), at("linked", "nix.png"))).toBe(false);
  });

  it("and not where a copy of the folder holds the same file, by a hard link or by another", async () => {
    const folder = await makeFolderWith("before/a.png", "before/b.png", "after/c.png");
    const at = (...parts: string[]) => path.join(folder, ...parts);
    await link(at("before", "a.png"), at("after", "a.png"));
    await symlink(at("before", "b.png"), at("after", "b.png"));
    for (const name of ["a.png", "b.png"])
      expect(await files.isSame(at("before", name), at("after", name))).toBe(false);
  });

  it("where the disk says so of two spellings, which on most of Linux it does not", async () => {
    const folder = await makeFolderWith("caf\u00e9.png");
    const [typed, fromMac] = ["caf\u00e9.png", "cafe\u0301.png"].map((name) => path.join(folder, name));
    const isOne = (await files.kindOf(fromMac ?? "")) === "file";
    expect(await files.isSame(typed ?? "", fromMac ?? "")).toBe(isOne);
    if (isOne) return;
    await writeFile(fromMac ?? "", "");
    expect(await files.isSame(typed ?? "", fromMac ?? "")).toBe(false);
  });

  it("where addresses in S3 are the same to the byte", async () => {
    expect(await files.isSame("s3://shots/a.png", "s3://shots/a.png")).toBe(true);
    expect(await files.isSame("s3://shots/caf\u00e9.png", "s3://shots/cafe\u0301.png")).toBe(false);
  });
});
