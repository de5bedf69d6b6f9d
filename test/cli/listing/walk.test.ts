import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { expect, it } from "vitest";
import { readImageFile } from "../../../src/cli/detect-files.ts";
import { type WalkedEntry, walkFolder } from "../../../src/cli/listing/walk.ts";
import { makeFolderWith } from "../temporary-folder.ts";

it.runIf(process.platform === "linux")(
  "names that are no UTF-8 are said to be so, files' and folders'",
  async () => {
    const folder = await makeFolderWith("a.jpg");
    const named = (name: string) => Buffer.from(path.join(folder, name), "latin1");
    await mkdir(named("gr\u00fcn"));
    await writeFile(named("caf\u00e9.jpg"), "");
    const problems: string[] = [];
    for await (const entry of walkFolder(folder, { takes: () => true, descends: () => true, except: null })) {
      if (entry.kind === "unreadable") problems.push(entry.error.message);
      else
        for (const file of entry.paths)
          await readImageFile(file).catch((error: Error) => problems.push(error.message));
    }
    expect(problems).toEqual([expect.stringMatching(/no UTF-8/), expect.stringMatching(/no UTF-8/)]);
  },
);

it("a folder that cannot be read is one entry, with the reason", async () => {
  const folder = await makeFolderWith("file");
  const walked: WalkedEntry[] = [];
  for (const name of ["gone", "file"]) {
    const root = path.join(folder, name);
    const options = { takes: () => true, descends: () => true, except: null };
    for await (const entry of walkFolder(root, options)) walked.push(entry);
  }
  expect(walked).toMatchObject([
    { kind: "unreadable", path: path.join(folder, "gone"), error: { code: "INPUT_MISSING" } },
    { kind: "unreadable", error: { message: expect.stringMatching(/folder that can be read: ENOTDIR/) } },
  ]);
});
