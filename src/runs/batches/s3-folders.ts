import pLimit from "p-limit";
import type { ObjectStore } from "../../artifacts/object-store.ts";
import { isInS3Folder, plainS3Folder, readS3Address } from "../../artifacts/s3-address.ts";
import type { FolderList, FolderView } from "../../contracts/batches.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import { outsideOfFolders } from "./allowed-folders.ts";
import type { FolderReader } from "./folder-reader.ts";
import { isPictureFile, type WalkFind } from "./walk-folder.ts";

/** Entries of a folder that are counted where many are shown: a page of S3. */
const MOST_COUNTED = 1_000;
/** Folders shown inside of one; each is a request. */
const MOST_SHOWN = 200;
const ASKED_AT_ONCE = 8;

/** @param configured plain addresses */
export function openS3Folders(configured: readonly string[], objects: ObjectStore): FolderReader {
  const allowed = (address: string): string => {
    const plain = plainS3Folder(address);
    if (configured.some((root) => isInS3Folder(plain, root))) return plain;
    throw outsideOfFolders(configured.length === 0);
  };
  return {
    roots: async () => configured,
    async check(folder) {
      const plain = allowed(folder);
      if ((await objects.kindOf(plain)) === "folder") return plain;
      throw new MaskloomError("INPUT_MISSING", `folder ${folder}: expected a folder in S3; there is none`);
    },
    walk: (folder, recursive) => walk(objects, folder, recursive),
    read(file, folder, mostBytes) {
      if (!isInS3Folder(file, folder))
        throw new MaskloomError("FORBIDDEN", `${file}: it leads out of the folder of its batch`);
      return objects.read(file, mostBytes);
    },
    async list(wanted) {
      if (wanted !== undefined) return listInside(objects, allowed(wanted), configured);
      return { folder: null, above: [], folders: await viewAll(objects, configured, (root) => root) };
    },
  };
}

/** Folder by folder; names that begin with a point are left out, as they are on a disk. */
async function* walk(objects: ObjectStore, root: string, recursive: boolean): AsyncGenerator<WalkFind> {
  const waiting = [""];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    try {
      for await (const entry of objects.entries(name === "" ? root : `${root}/${name}`)) {
        if (entry.name.startsWith(".")) continue;
        const inner = name === "" ? entry.name : `${name}/${entry.name}`;
        if (entry.kind === "file") yield findOf(root, inner);
        else if (recursive) waiting.push(inner);
      }
    } catch (error) {
      yield { kind: "unreadable", name: name === "" ? "." : name, error: toErrorRecord(error) };
    }
  }
}

const findOf = (root: string, name: string): WalkFind =>
  isPictureFile(name) ? { kind: "picture", name, path: `${root}/${name}` } : { kind: "ignored" };

async function listInside(
  objects: ObjectStore,
  folder: string,
  configured: readonly string[],
): Promise<FolderList> {
  const names: string[] = [];
  for await (const { name, kind } of objects.entries(folder)) {
    if (kind === "folder" && !name.startsWith(".") && names.push(name) === MOST_SHOWN) break;
  }
  const inside = names.map((name) => `${folder}/${name}`);
  return {
    folder: await viewOf(objects, folder, lastOf(folder)),
    above: wayTo(folder, configured),
    folders: await viewAll(objects, inside, lastOf),
  };
}

function viewAll(
  objects: ObjectStore,
  folders: readonly string[],
  nameOf: (folder: string) => string,
): Promise<FolderView[]> {
  return pLimit(ASKED_AT_ONCE).map(folders, (folder) => viewOf(objects, folder, nameOf(folder)));
}

/** Of one that may not be read nothing is said but its name. */
async function viewOf(objects: ObjectStore, path: string, name: string): Promise<FolderView> {
  const view = { path, name, pictures: 0, folders: 0 };
  let counted = 0;
  try {
    for await (const entry of objects.entries(path)) {
      if (counted === MOST_COUNTED) return { ...view, isMore: true };
      counted += 1;
      if (entry.name.startsWith(".")) continue;
      if (entry.kind === "folder") view.folders += 1;
      else if (isPictureFile(entry.name)) view.pictures += 1;
    }
  } catch {
    return { path, name, pictures: 0, folders: 0 };
  }
  return view;
}

function lastOf(folder: string): string {
  const { bucket, key } = readS3Address(folder);
  return key.split("/").at(-1) || bucket;
}

function wayTo(folder: string, configured: readonly string[]): FolderList["above"] {
  /* The innermost one, where one allowed folder lies in another. */
  const [root = folder] = configured
    .filter((one) => isInS3Folder(folder, one))
    .toSorted((a, b) => b.length - a.length);
  const parts = folder.slice(root.length).split("/").filter(Boolean);
  return [
    { path: root, name: root },
    ...parts.map((name, at) => ({ path: [root, ...parts.slice(0, at + 1)].join("/"), name })),
  ];
}
