import { lstat, opendir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { ObjectStore } from "../../artifacts/object-store.ts";
import { plainS3Folder, readS3Address } from "../../artifacts/s3-address.ts";
import { MaskloomError } from "../../errors.ts";
import { realPath } from "../paths.ts";
import { missingFile } from "./missing-file.ts";
import type { FolderEntry } from "./sorted-spill.ts";

/**
 * Folders and files as a listing sees them, by absolute paths of this machine; those of S3 are seen as such paths too
 * (/bucket/folder/a.jpg), so that what is asked of names is asked once.
 */
export interface FileTree {
  readonly kind: "disk" | "s3";
  /** Of an argument as the user wrote it. */
  pathOf(argument: string): string;
  /** As the file is read. */
  addressOf(file: string): string;
  /** Of an argument that may be one, as a glob. */
  patternOf(argument: string): string;
  /** @throws where there is none, or it cannot be asked for */
  kindOf(file: string): Promise<"file" | "folder">;
  /** What to say of an argument for which `kindOf` threw. */
  explain(file: string, error: unknown): Promise<MaskloomError>;
  /** A link that leads nowhere does. */
  exists(file: string): Promise<boolean>;
  /** Where a path leads, links followed, whether or not it exists. */
  leadsTo(file: string): Promise<string>;
  /** The same of a folder that exists. */
  realFolder(folder: string): Promise<string>;
  entries(folder: string): AsyncIterable<FolderEntry>;
  /** What a link leads to; null for what is neither. */
  behind(link: string): Promise<"file" | "folder" | null>;
}

export const diskTree: FileTree = {
  kind: "disk",
  pathOf: (argument) => path.resolve(argument),
  addressOf: (file) => file,
  patternOf: (argument) => argument.split(path.sep).join("/"),
  kindOf: async (file) => ((await stat(file)).isDirectory() ? "folder" : "file"),
  explain: missingFile,
  exists: (file) =>
    lstat(file).then(
      () => true,
      () => false,
    ),
  leadsTo: realPath,
  realFolder: (folder) => realpath(folder),
  async *entries(folder) {
    for await (const entry of await opendir(folder, { bufferSize: 1_024 })) {
      const { name } = entry;
      if (entry.isFile()) yield { name, kind: "file" };
      else if (entry.isDirectory()) yield { name, kind: "folder" };
      else if (entry.isSymbolicLink()) yield { name, kind: "link" };
    }
  },
  /**
   * A link that leads nowhere counts as a file: where it has a picture's name it is a picture that is missing, which whoever
   * reads it says, instead of nobody.
   */
  async behind(link) {
    const found = await stat(link).catch(() => null);
    if (found === null || found.isFile()) return "file";
    return found.isDirectory() ? "folder" : null;
  },
};

/** Pictures in S3; it knows no links. */
export function objectTree(objects: ObjectStore): FileTree {
  const addressOf = (file: string): string =>
    `s3://${path.relative(path.parse(file).root, file).split(path.sep).join("/")}`;
  const same = async (file: string): Promise<string> => file;
  return {
    kind: "s3",
    pathOf(argument) {
      const { bucket, key } = readS3Address(argument);
      return path.resolve(path.sep, bucket, ...key.split("/").filter((part) => part !== ""));
    },
    addressOf,
    patternOf: (argument) => `/${argument.slice("s3://".length)}`,
    async kindOf(file) {
      const address = addressOf(file);
      const kind = await objects.kindOf(address);
      if (kind !== null) return kind;
      throw new MaskloomError(
        "INPUT_MISSING",
        `expected an object, a folder or a glob in S3; nothing is there`,
      );
    },
    explain: async (_file, error) =>
      error instanceof MaskloomError
        ? error
        : new MaskloomError("INPUT_MISSING", String(error), { cause: error }),
    exists: async (file) => (await objects.find(addressOf(file))) !== null,
    leadsTo: same,
    realFolder: same,
    entries: (folder) => objects.entries(plainS3Folder(addressOf(folder))),
    behind: async () => null,
  };
}
