import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder with empty files of these names, removed after the test. */
export async function makeFolderWith(...files: string[]): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "maskloom-cli-")));
  made.push(folder);
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), "");
  }
  return folder;
}
