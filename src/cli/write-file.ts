import { createHash } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../make-folder.ts";
import { outputFailure } from "../output-failure.ts";

/**
 * Writes a file so that whoever looks sees the old one or the new one, whole, whenever the machine stops: temp beside
 * it, fsync, rename, fsync of the folder. The temp's name follows from the target's, so what a killed write left behind is
 * taken over by the next attempt; writes of one file at the same time have temps of their own.
 * @param bytes parts of a text are written as they come
 * @throws DISK_FULL or OUTPUT_UNWRITABLE naming the file
 */
export async function writeFileWhole(
  file: string,
  bytes: Uint8Array | string | AsyncIterable<string>,
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = takeTemporary(folder, path.basename(file));
  try {
    await makeFolder(folder);
    await rm(temporary, { force: true });
    const handle = await open(temporary, "wx");
    try {
      await writeFile(handle, bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw outputFailure(file, error);
  } finally {
    inUse.delete(temporary);
  }
}

/** Temps of the writes that go on in this process; other processes are kept out of the folder by its lock. */
const inUse = new Set<string>();

/** Short, whatever the length of the target's name. The first that no other write uses. */
function takeTemporary(folder: string, name: string): string {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  const nth = (number: number): string =>
    path.resolve(folder, `.maskloom-${digest}${number === 0 ? "" : `-${number}`}.tmp`);
  let number = 0;
  while (inUse.has(nth(number))) number += 1;
  inUse.add(nth(number));
  return nth(number);
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
