import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { makeFolder } from "../../make-folder.ts";

/** What tells one state of a file from another without reading it. */
const FileIdentity = z.object({
  path: z.string(),
  bytes: z.number(),
  modified: z.number(),
  changed: z.number(),
});
type FileIdentity = z.output<typeof FileIdentity>;

/** Digests of files that were read once, kept in a folder, so that no start reads them again. */
export interface DigestRecords {
  /** Whether the file has this SHA-256 (lower-case hex): by its record, where it is unchanged since; else by reading it. */
  holds(file: string, sha256: string): Promise<boolean>;
}

/**
 * A record is a small file named by the digest that says which path had it, at which size and times. A record that
 * cannot be read or written costs a reading of the file, nothing more.
 */
export function createDigestRecords(folder: string): DigestRecords {
  return {
    async holds(file, sha256) {
      const record = path.join(folder, `${sha256}.json`);
      const before = await identityOf(file);
      if (isSame(await readRecord(record), before)) return true;
      if ((await digestOf(file)) !== sha256) return false;
      // What changed while it was read is read again the next time.
      if (isSame(before, await identityOf(file))) await writeRecord(record, before).catch(() => undefined);
      return true;
    },
  };
}

/** SHA-256 of a file of any size, lower-case hex. */
export async function digestOf(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest("hex");
}

async function identityOf(file: string): Promise<FileIdentity> {
  const { size, mtimeMs, ctimeMs } = await stat(file);
  return { path: path.resolve(file), bytes: size, modified: mtimeMs, changed: ctimeMs };
}

function isSame(one: FileIdentity | null, other: FileIdentity): boolean {
  if (one === null) return false;
  return (
    one.path === other.path &&
    one.bytes === other.bytes &&
    one.modified === other.modified &&
    one.changed === other.changed
  );
}

async function readRecord(record: string): Promise<FileIdentity | null> {
  try {
    return FileIdentity.parse(JSON.parse(await readFile(record, "utf8")));
  } catch {
    return null;
  }
}

async function writeRecord(record: string, identity: FileIdentity): Promise<void> {
  const temporary = `${record}.${randomUUID()}.tmp`;
  await makeFolder(path.dirname(record));
  try {
    await writeFile(temporary, JSON.stringify(identity), { flag: "wx" });
    await rename(temporary, record);
  } finally {
    await rm(temporary, { force: true });
  }
}
