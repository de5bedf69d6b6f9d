import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export interface StoredBlobs {
  readonly count: number;
  /** Whose bytes are not those that their names promise. */
  readonly halfWritten: readonly string[];
}

/** Every file of a folder of pictures, read to its end. */
export async function readStoredBlobs(folder: string): Promise<StoredBlobs> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name));
  const halfWritten: string[] = [];
  for (const { name, parentPath } of files) {
    const bytes = await readFile(path.join(parentPath, name));
    if (createHash("sha256").update(bytes).digest("hex") !== name) halfWritten.push(name);
  }
  return { count: files.length, halfWritten };
}
