import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { Digest } from "../contracts/ids.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { writeFailure } from "../write-failure.ts";
import type { BlobSource, BlobStore, StoredBlob } from "./blob-store.ts";
import { digestOfBytes } from "./digest-of-bytes.ts";

/** A put under way for longer than this belongs to a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
const ELSEWHERE = "set ARTIFACTS_URL to a folder on another disk";

/**
 * Blobs as read-only files `<folder>/ab/ab12…` (256 folders; a million blobs make 4,000 files in each), in folders
 * that are closed to other accounts. What a killed process left half-written is removed here, a day later.
 * @throws OUTPUT_UNWRITABLE when the folder cannot be made
 */
export async function openFileBlobStore(folder: string): Promise<BlobStore> {
  const root = path.resolve(folder);
  const incoming = path.join(root, "incoming");
  try {
    await makeFolder(incoming, 0o700);
    await removeAbandoned(incoming);
  } catch (error) {
    throw writeFailure(root, error, ELSEWHERE);
  }
  return new FileBlobStore(root, incoming);
}

class FileBlobStore implements BlobStore {
  readonly #root: string;
  readonly #incoming: string;

  constructor(root: string, incoming: string) {
    this.#root = root;
    this.#incoming = incoming;
  }

  async put(source: BlobSource): Promise<StoredBlob> {
    if (!(source instanceof Uint8Array)) return this.#take((handle) => writeStream(handle, source));
    const blob = { digest: digestOfBytes(source), bytes: source.byteLength };
    if (await this.#isThere(blob)) return blob;
    return this.#take(async (handle) => {
      await handle.writeFile(source);
      return blob;
    });
  }

  /** Whole and forced to disk before anybody can find it. */
  async #take(write: (handle: FileHandle) => Promise<StoredBlob>): Promise<StoredBlob> {
    const temporary = path.join(this.#incoming, randomUUID());
    try {
      const written = await writeDurably(temporary, write);
      await this.#moveIn(temporary, written);
      return written;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to tell
      throw writeFailure(this.#root, error, ELSEWHERE);
    }
  }

  async get(digest: Digest, { verify = true }: { readonly verify?: boolean } = {}): Promise<Buffer> {
    const bytes = await readFile(this.pathOf(digest)).catch((error: unknown) => {
      throw this.#readFailure(digest, error);
    });
    if (verify && digestOfBytes(bytes) !== digest) throw this.#corrupt(digest);
    return bytes;
  }

  async stream(digest: Digest): Promise<NodeJS.ReadableStream> {
    const handle = await open(this.pathOf(digest), "r").catch((error: unknown) => {
      throw this.#readFailure(digest, error);
    });
    return Readable.from(this.#verified(digest, handle), { objectMode: false });
  }

  async size(digest: Digest): Promise<number | null> {
    try {
      return (await stat(this.pathOf(digest))).size;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      throw error;
    }
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.size(digest)) !== null;
  }

  async remove(
    digest: Digest,
    { unlessPutWithinMs = 0 }: { unlessPutWithinMs?: number } = {},
  ): Promise<boolean> {
    const file = this.pathOf(digest);
    const youngest = Date.now() - unlessPutWithinMs;
    try {
      if (unlessPutWithinMs > 0 && (await stat(file)).mtimeMs > youngest) return false;
      await rm(file);
      return true;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
  }

  async claim(installation: string): Promise<boolean> {
    const folder = path.join(this.#root, "installations");
    await makeFolder(folder, 0o700);
    const known = await readdir(folder);
    if (!known.includes(installation))
      await (await open(path.join(folder, installation), "a", 0o600)).close();
    return known.every((name) => name === installation);
  }

  async *list(): AsyncGenerator<Digest> {
    for (const folder of await readdir(this.#root)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await readdir(path.join(this.#root, folder))) {
        const digest = Digest.safeParse(name);
        if (digest.success) yield digest.data;
      }
    }
  }

  pathOf(digest: Digest): string {
    return path.join(this.#root, digest.slice(0, 2), digest);
  }

  /**
   * Whole and durable: another process may have renamed it a moment ago and not have forced the folder to disk. From now on
   * it was put just now, so that whoever clears up leaves it alone.
   */
  async #isThere({ digest, bytes }: StoredBlob): Promise<boolean> {
    if ((await this.size(digest)) !== bytes) return false;
    const file = this.pathOf(digest);
    const now = new Date();
    try {
      await utimes(file, now, now);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false; // removed between the two
      if (!hasCode(error, "EPERM")) throw error; // somebody else's file
    }
    await syncFolder(path.dirname(file));
    return true;
  }

  async #moveIn(temporary: string, blob: StoredBlob): Promise<void> {
    const file = this.pathOf(blob.digest);
    if (await this.#isThere(blob)) return rm(temporary, { force: true });
    const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(this.#root);
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  }

  async *#verified(digest: Digest, handle: FileHandle): AsyncGenerator<Buffer> {
    const hash = createHash("sha256");
    for await (const chunk of handle.createReadStream()) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest("hex") !== digest) throw this.#corrupt(digest);
  }

  #readFailure(digest: Digest, error: unknown): unknown {
    if (!hasCode(error, "ENOENT")) return error;
    return new MaskloomError(
      "NOT_FOUND",
      `artifact ${digest}: expected ${this.pathOf(digest)}, there is no such file`,
      {
        cause: error,
      },
    );
  }

  #corrupt(digest: Digest): MaskloomError {
    return new MaskloomError(
      "ARTIFACT_CORRUPT",
      `artifact ${digest}: the bytes of ${this.pathOf(digest)} do not match their digest; check the disk, then ` +
        "remove the file and run again",
    );
  }
}

async function writeDurably(
  file: string,
  write: (handle: FileHandle) => Promise<StoredBlob>,
): Promise<StoredBlob> {
  const handle = await open(file, "wx", 0o400);
  try {
    const written = await write(handle);
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

async function writeStream(handle: FileHandle, source: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    await handle.writeFile(chunk);
  }
  return { digest: Digest.parse(hash.digest("hex")), bytes };
}

/** A rename is only safe once the folder is; Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

async function removeAbandoned(incoming: string): Promise<void> {
  const oldest = Date.now() - ABANDONED_MS;
  for (const name of await readdir(incoming)) {
    const file = path.join(incoming, name);
    const found = await stat(file).catch(() => null);
    if (found !== null && found.mtimeMs < oldest) await rm(file, { force: true });
  }
}
