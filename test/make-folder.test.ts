import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isFolder, makeFolder } from "../src/make-folder.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "maskloom-folders-"));
});
afterAll(() => rm(root, { recursive: true }));

it("makes a deep folder however many ask for it, or for its parents, at the same time", async () => {
  for (let round = 0; round < 20; round++) {
    const parts = Array.from({ length: 12 }, (_, depth) => `${round}-${depth}`);
    const folders = parts.map((_, depth) => path.join(root, ...parts.slice(0, depth + 1)));
    await Promise.all([...folders.toReversed(), ...folders].map((folder) => makeFolder(folder)));
    expect(await isFolder(path.join(root, ...parts))).toBe(true);
  }
});

it("does not take a file for a folder", async () => {
  const file = path.join(root, "file");
  await writeFile(file, "");
  await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(path.join(file, "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

it.skipIf(process.platform !== "linux")("returns where nothing can be made", async () => {
  await expect(makeFolder("/proc/maskloom/models")).rejects.toMatchObject({ code: "ENOENT" });
});
