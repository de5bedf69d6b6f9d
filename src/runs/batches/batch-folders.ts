import type { ObjectStore } from "../../artifacts/object-store.ts";
import { isS3Address } from "../../artifacts/s3-address.ts";
import { checkFolder, readFileBelow, realFolders } from "./allowed-folders.ts";
import type { FolderReader } from "./folder-reader.ts";
import { listFolders } from "./list-folders.ts";
import { openS3Folders } from "./s3-folders.ts";
import { walkFolder } from "./walk-folder.ts";

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
