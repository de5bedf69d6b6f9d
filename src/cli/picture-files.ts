import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { LRUCache } from "lru-cache";
import type { ObjectStore } from "../artifacts/object-store.ts";
import { isS3Address } from "../artifacts/s3-address.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { readImageFile } from "./detect-files.ts";
import { diskTree, type FileTree, objectTree } from "./listing/file-tree.ts";

/** Bytes of S3 that are remembered: a picture is read to tell whether it is known, and again when its turn comes. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Reads what the arguments of a command name, on this machine or in S3. Paths are absolute, or addresses. */
export interface PictureFiles {
  treeOf(arguments_: readonly string[]): FileTree;
  /** @throws INPUT_MISSING where it is gone or may not be read, IMAGE_TOO_LARGE in S3 */
  read(file: string): Promise<Uint8Array>;
  /** SHA-256, in hex. @throws as `read` does */
  digest(file: string): Promise<string>;
  /** Null where there is no such file. @throws INPUT_MISSING, IMAGE_TOO_LARGE */
  readSmall(file: string, mostBytes: number): Promise<Uint8Array | null>;
  exists(file: string): Promise<boolean>;
  /** Null where there is nothing, or what is there may not be asked for. */
  kindOf(place: string): Promise<"file" | "folder" | null>;
  /** Whether two names lead to one file of one folder, on a disk that takes several spellings for one, or by a link to the folder. */
  isSame(one: string, other: string): Promise<boolean>;
}

/** @param mostBytes of a picture */
export function openPictureFiles(objects: ObjectStore, mostBytes: number): PictureFiles {
  const kept = new LRUCache<string, Buffer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ byteLength }) => Math.max(1, byteLength),
  });
  const readObject = async (address: string): Promise<Buffer> => {
    const known = kept.get(address);
    if (known !== undefined) return known;
    const bytes = await objects.read(address, mostBytes);
    kept.set(address, bytes);
    return bytes;
  };
  return {
    treeOf(arguments_) {
      const inS3 = arguments_.filter(isS3Address).length;
      if (inS3 === 0) return diskTree;
      if (inS3 === arguments_.length) return objectTree(objects);
      throw new MaskloomError(
        "INPUT_INVALID",
        `${arguments_.join(", ")}: expected pictures of this machine or of S3, got both; give two commands`,
      );
    },
    read: (file) => (isS3Address(file) ? readObject(file) : readImageFile(file)),
    async digest(file) {
      const hash = createHash("sha256");
      if (isS3Address(file)) hash.update(await readObject(file));
      else await pipeline(createReadStream(file), hash);
      return hash.digest("hex");
    },
    async readSmall(file, most) {
      if (!isS3Address(file)) return readSmallFile(file, most);
      return (await objects.find(file)) === null ? null : objects.read(file, most);
    },
    exists: async (file) =>
      isS3Address(file)
        ? (await objects.find(file)) !== null
        : access(file).then(
            () => true,
            () => false,
          ),
    async kindOf(place) {
      if (isS3Address(place)) return objects.kindOf(place).catch(() => null);
      const stats = await stat(place).catch(() => null);
      if (stats === null) return null;
      return stats.isDirectory() ? "folder" : "file";
    },
    async isSame(one, other) {
      if (one === other || isS3Address(one) || isS3Address(other)) return one === other;
      const [a, b] = await Promise.all([one, other].map(identityOf));
      return a !== null && a === b;
    },
  };
}

/**
 * What the file system itself tells a file by, not its name. Its folder counts: copies of a whole folder are often hard links,
 * and those of files that are the same in both are no less files of the copy.
 */
async function identityOf(file: string): Promise<string | null> {
  try {
    const about = await Promise.all([path.dirname(file), file].map((place) => stat(place, { bigint: true })));
    return about.map(({ dev, ino }) => `${dev}:${ino}`).join(" ");
  } catch {
    return null;
  }
}

/** @throws INPUT_INVALID where it is larger, or cannot be read */
async function readSmallFile(file: string, mostBytes: number): Promise<Buffer | null> {
  const handle = await open(file, "r").catch((error: unknown) => {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR") || hasCode(error, "ENAMETOOLONG")) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_INVALID", `it cannot be read: ${reason}`, { cause: error });
  });
  if (handle === null) return null;
  try {
    const about = await handle.stat();
    if (!about.isFile()) return null;
    if (about.size <= mostBytes) return await handle.readFile();
    throw new MaskloomError("INPUT_INVALID", `expected at most ${mostBytes} bytes, got ${about.size}`);
  } finally {
    await handle.close();
  }
}
