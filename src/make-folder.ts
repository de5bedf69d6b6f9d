import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { hasCode } from "./errors.ts";

/**
 * The folder and its parents. Node's own recursive mkdir never returns where a parent exists but nothing can be made in
 * it, as in /proc (seen with Node 20).
 * @param mode of every folder that is made
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const parent = path.dirname(folder);
  try {
    await makeOne(folder, mode);
  } catch (error) {
    if (!hasCode(error, "ENOENT") || parent === folder) throw error;
    // A parent that is there now may have been made by somebody else a moment ago.
    if (!(await isFolder(parent))) await makeFolder(parent, mode);
    await makeOne(folder, mode);
  }
}

async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if (!hasCode(error, "EEXIST") || !(await isFolder(folder))) throw error;
  }
}

export async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
