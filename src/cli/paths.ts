import { realpath } from "node:fs/promises";
import path from "node:path";
import { isS3Address } from "../artifacts/s3-address.ts";

/** Whether a path is the folder or lies inside of it; both absolute. Nothing is looked up. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}

/** Where a path that may not exist yet leads, links followed. */
export async function realPath(file: string): Promise<string> {
  const absolute = path.resolve(file);
  const parent = path.dirname(absolute);
  try {
    return await realpath(absolute);
  } catch {
    return parent === absolute ? absolute : path.join(await realPath(parent), path.basename(absolute));
  }
}

/** The deepest folder that holds all of these. */
export function commonFolder(folders: readonly string[]): string {
  const [first = path.resolve(), ...others] = folders;
  let common = first;
  while (!others.every((folder) => isInside(folder, common))) {
    const parent = path.dirname(common);
    if (parent === common) break;
    common = parent;
  }
  return common;
}

/** A name as files may have it: as it is given, in code points as people type them, and as files that came from a Mac have them. */
export const spellingsOf = (name: string): readonly string[] => [
  ...new Set([name, name.normalize("NFC"), name.normalize("NFD")]),
];

const S3 = "s3://";

/** What a name means that is said within a folder of this machine or of S3: absolute, or an address. */
export function resolvePlace(folder: string, name: string): string {
  if (isS3Address(name)) return name;
  if (!isS3Address(folder)) return path.resolve(folder, name);
  const [bucket = "", key = ""] = folder.slice(S3.length).split(/\/(.*)/s, 2);
  return `${S3}${bucket}${path.posix.join("/", key, name.split(path.sep).join("/"))}`;
}

/** What lies below a folder of this machine or of S3, by a relative name. */
export function joinPlace(folder: string, name: string): string {
  if (!isS3Address(folder)) return path.join(folder, name);
  return [folder.replace(/\/+$/, ""), name.split(path.sep).join("/")].join("/");
}
