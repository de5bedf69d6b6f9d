import { createHash } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../make-folder.ts";
import { outputFailure } from "../output-failure.ts";

/**
 * Writes a file so that whoever looks sees the old one or the new one, whole, whenever the machine stops: temp beside
 * it, fsync, rename, fsync of the folder. The temp's name follows from the target's, so a killed write leaves at most one
 * behind, and the next attempt takes it over.
 * @param bytes parts of a text are written as they come
 * @throws DISK_FULL or OUTPUT_UNWRITABLE naming the file
 */
export async function writeFileWhole(
  file: string,
  bytes: Uint8Array | string | AsyncIterable<string>,
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, temporaryName(path.basename(file)));
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
  }
}

/** Short, whatever the length of the target's name. */
function temporaryName(name: string): string {
  return `.maskloom-${createHash("sha256").update(name).digest("hex").slice(0, 16)}.tmp`;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
