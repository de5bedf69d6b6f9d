import { createHash } from "node:crypto";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import pLimit from "p-limit";
import type { ObjectStore } from "../../artifacts/object-store.ts";
import { isS3Address, plainS3Folder } from "../../artifacts/s3-address.ts";
import { Digest } from "../../contracts/ids.ts";
import { hasCode } from "../../errors.ts";
import { MEDIA_TYPES } from "../../image/media-types.ts";
import { outputFailure } from "../../output-failure.ts";
import { joinPlace } from "../paths.ts";
import { writeFileWhole } from "../write-file.ts";

/** Where a command writes results and what it says about them. */
export interface ResultPlace {
  /** Absolute folder, links followed, or an address in S3. */
  readonly address: string;
  /** Where reports are kept while they grow: the folder itself; for S3 one of this machine, the same for each command. */
  readonly folder: string;
  /** Of the file's bytes; null where there is none, "" where it is another's and nobody knows. */
  digestOf(output: string): Promise<Digest | "" | null>;
  /** What the report can lead to: a picture of this machine where the report is on it, too. */
  linkTo(picture: string): string | null;
  has(output: string): Promise<boolean>;
  read(output: string): Promise<Uint8Array>;
  /** Whole or not at all. @throws DISK_FULL or OUTPUT_UNWRITABLE naming the file */
  write(output: string, bytes: Uint8Array): Promise<void>;
  /** Brings what was written below `folder` since then to where the results are. */
  publish(since: Date): Promise<void>;
}

/** @param home where folders of this machine may be made */
export async function openResultPlace(out: string, objects: ObjectStore, home: string): Promise<ResultPlace> {
  if (isS3Address(out)) return objectPlace(plainS3Folder(out), objects, home);
  const absolute = path.resolve(out);
  return diskPlace(await realpath(absolute).catch(() => absolute));
}

function diskPlace(folder: string): ResultPlace {
  return {
    address: folder,
    folder,
    linkTo: (picture) => (isS3Address(picture) ? null : picture),
    async digestOf(output) {
      const file = path.join(folder, output);
      try {
        return sha256(await readFile(file));
      } catch (error) {
        if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return null;
        throw outputFailure(file, error);
      }
    },
    has: (output) =>
      stat(path.join(folder, output)).then(
        () => true,
        () => false,
      ),
    read: (output) => readFile(path.join(folder, output)),
    write: (output, bytes) => writeFileWhole(path.join(folder, output), bytes),
    publish: async () => undefined,
  };
}

const UPLOADS_AT_ONCE = 8;

function objectPlace(address: string, objects: ObjectStore, home: string): ResultPlace {
  const folder = path.join(home, "reports", sha256(Buffer.from(address)).slice(0, 32));
  const write = (output: string, bytes: Uint8Array): Promise<void> =>
    objects.write(joinPlace(address, output), bytes, mediaTypeOf(output));
  return {
    address,
    folder,
    linkTo: () => null,
    async digestOf(output) {
      const found = await objects.find(joinPlace(address, output));
      return found === null ? null : (found.digest ?? "");
    },
    has: async (output) => (await objects.find(joinPlace(address, output))) !== null,
    read: (output) => objects.read(joinPlace(address, output)),
    write,
    async publish(since) {
      const limit = pLimit(UPLOADS_AT_ONCE);
      const one = async (name: string): Promise<void> => {
        const file = path.join(folder, name);
        if ((await stat(file)).mtime >= since) await write(name, await readFile(file));
      };
      await limit.map(await shownFiles(folder), one);
    },
  };
}

/** Reports with their pages, sheets and thumbnails; not what is hidden, such as the lock. */
async function shownFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

const MORE_TYPES: Readonly<Record<string, string>> = {
  ".jpeg": "image/jpeg",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
};

/** Browsers show by it what lies in a bucket. */
function mediaTypeOf(name: string): string | undefined {
  const extension = path.extname(name).toLowerCase();
  const types: Readonly<Record<string, string>> = MEDIA_TYPES;
  return types[extension.slice(1)] ?? MORE_TYPES[extension];
}

const sha256 = (bytes: Uint8Array): Digest => Digest.parse(createHash("sha256").update(bytes).digest("hex"));
