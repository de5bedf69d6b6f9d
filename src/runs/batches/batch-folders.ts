import type { ObjectStore } from "../../artifacts/object-store.ts";
import { isS3Address } from "../../artifacts/s3-address.ts";
import type { FolderList } from "../../contracts/batches.ts";
import { checkFolder, readFileBelow, realFolders } from "./allowed-folders.ts";
import { listFolders } from "./list-folders.ts";
import { openS3Folders } from "./s3-folders.ts";
import { type WalkFind, walkFolder } from "./walk-folder.ts";

/** Folders that batches may read, on this machine and in S3, and what is in them. */
export interface FolderReader {
  /** Those of the configured ones that are here, links followed. */
  roots(): Promise<readonly string[]>;
  /**
   * Where a folder leads that a caller names.
   * @throws FORBIDDEN where it lies outside of the configured ones, whether it exists or not; INPUT_MISSING where there is none
   */
  check(folder: string): Promise<string>;
  /** In no order that is promised; a million files need no more memory than a thousand. */
  walk(folder: string, recursive: boolean): AsyncGenerator<WalkFind>;
  /** A file below a folder, whole. @throws INPUT_MISSING, FORBIDDEN, IMAGE_TOO_LARGE */
  read(file: string, folder: string, mostBytes: number): Promise<Uint8Array>;
  /** One folder with those inside of it; without one, the configured ones. @throws as `check` does */
  list(folder: string | undefined): Promise<FolderList>;
}

export function openBatchFolders(configured: readonly string[], objects: ObjectStore): FolderReader {
  const onDisk = diskFolders(configured.filter((folder) => !isS3Address(folder)));
  const inS3 = openS3Folders(
    configured.filter((folder) => isS3Address(folder)),
    objects,
  );
  const of = (place: string): FolderReader => (isS3Address(place) ? inS3 : onDisk);
  return {
    roots: async () => [...(await onDisk.roots()), ...(await inS3.roots())],
    check: (folder) => of(folder).check(folder),
    walk: (folder, recursive) => of(folder).walk(folder, recursive),
    read: (file, folder, mostBytes) => of(folder).read(file, folder, mostBytes),
    async list(folder) {
      if (folder !== undefined) return of(folder).list(folder);
      const [disk, s3] = await Promise.all([onDisk.list(undefined), inS3.list(undefined)]);
      return { ...disk, folders: [...disk.folders, ...s3.folders] };
    },
  };
}

function diskFolders(configured: readonly string[]): FolderReader {
  return {
    roots: () => realFolders(configured),
    check: (folder) => checkFolder(folder, configured),
    walk: walkFolder,
    read: readFileBelow,
    list: (folder) => listFolders(configured, folder),
  };
}
