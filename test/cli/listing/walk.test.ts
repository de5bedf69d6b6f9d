import path from "node:path";
import { expect, it } from "vitest";
import { type WalkedEntry, walkFolder } from "../../../src/cli/listing/walk.ts";
import { makeFolderWith } from "../temporary-folder.ts";

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
