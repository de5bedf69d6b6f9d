import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { type ModelFolder, modelFolder } from "../../detection/weights/model-folder.ts";
import { isLocked, lockFolder } from "../folder-lock.ts";

const PREFIX = ".adding-";

/**
 * Keeps other processes from adding models, and gives `work` a folder of its own beside them, which goes with what is in
 * it when the work is done, fails or the process exits. What a process that was killed has left is cleared first.
 * Throws CONFLICT while another process adds one.
 */
export async function withStaging<Result>(
  folder: ModelFolder,
  work: (staging: ModelFolder) => Promise<Result>,
): Promise<Result> {
  const unlock = await lockFolder(folder.added);
  const staging = modelFolder(path.join(folder.root, `${PREFIX}${randomUUID()}`));
  const atExit = () => rmSync(staging.root, { recursive: true, force: true });
  process.once("exit", atExit);
  try {
    await remove(await stagingFolders(folder));
    return await work(staging);
  } finally {
    await rm(staging.root, { recursive: true, force: true });
    process.off("exit", atExit);
    await unlock();
  }
}

/**
 * Clears what a killed process has left, unless one adds a model right now. Folders are listed before the lock is looked
 * at, and made only under it: one that was there while nobody held the lock afterwards belongs to nobody.
 */
export async function clearStaging({ root }: Pick<ModelFolder, "root">): Promise<void> {
  const folder = modelFolder(root);
  const left = await stagingFolders(folder);
  if (left.length > 0 && !(await isLocked(folder.added))) await remove(left);
}

async function stagingFolders({ root }: ModelFolder): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => path.join(root, name));
}

/** What cannot be removed now (a folder that only another account may write) hinders nothing. */
async function remove(folders: readonly string[]): Promise<void> {
  for (const name of folders) await rm(name, { recursive: true, force: true }).catch(() => undefined);
}
