import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeFileWhole } from "../../src/cli/write-file.ts";
import { makeFolderWith } from "./temporary-folder.ts";

describe("a written file", () => {
  it("replaces the old one, makes its folders, and leaves nothing else", async () => {
    const folder = await makeFolderWith("sub/a.txt");
    const file = path.join(folder, "sub", "deep", "a.txt");
    await writeFileWhole(file, "old");
    await writeFileWhole(file, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect(await readdir(path.dirname(file))).toEqual(["a.txt"]);
  });

  it("takes over what a killed write left behind", async () => {
    const folder = await makeFolderWith("full.txt");
    const file = path.join(folder, "a.txt");
    await writeFileWhole(file, "x");
    await writeFile(path.join(folder, temporaryOf("a.txt")), "half");
    await writeFileWhole(file, "whole");
    expect((await readdir(folder)).sort()).toEqual(["a.txt", "full.txt"]);
  });

  it("is one of the texts, whole, where several are written at the same time", async () => {
    const folder = await makeFolderWith();
    const file = path.join(folder, "a.txt");
    const texts = ["a", "b", "c", "d"].map((letter) => letter.repeat(200_000));
    await Promise.all(texts.map((text) => writeFileWhole(file, text)));
    expect(texts).toContain(await readFile(file, "utf8"));
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("may have as long a name as the file system allows", async () => {
    const folder = await makeFolderWith("a");
    const name = `${"n".repeat(250)}.png`;
    await writeFileWhole(path.join(folder, name), "x");
    expect(await readdir(folder)).toContain(name);
  });

  it("that cannot be written is an error that names it", async () => {
    const folder = await makeFolderWith("file");
    await expect(writeFileWhole(path.join(folder, "file", "a.png"), "x")).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining(path.join("file", "a.png")),
    });
  });

  it.runIf(existsSync("/proc/self"))(
    "ends with an error where a folder exists in which none can be made",
    async () => {
      await expect(writeFileWhole("/proc/maskloom/a.png", "x")).rejects.toMatchObject({
        code: "OUTPUT_UNWRITABLE",
      });
    },
  );
});

/** Under this name a write goes on; the name is part of what a later version must still clean up. */
function temporaryOf(name: string): string {
  return `.maskloom-${createHash("sha256").update(name).digest("hex").slice(0, 16)}.tmp`;
}
