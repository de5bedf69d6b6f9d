import { constants } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { MaskloomError } from "../../errors.ts";

/* A caller of the API may only let the server read below folders that its configuration lists. */

/** Those of the configured folders that exist here, links followed. */
export async function realFolders(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
  return found.filter((folder) => folder !== null);
}

/**
 * Where a folder leads that a caller names.
 * @throws FORBIDDEN where it lies outside of the allowed ones, whether it exists or not; INPUT_MISSING where there is none
 */
export async function checkFolder(folder: string, allowed: readonly string[]): Promise<string> {
  const roots = await realFolders(allowed);
  const real = path.isAbsolute(folder) ? await realpath(folder).catch(() => null) : null;
  const isAllowed = (place: string) => roots.some((root) => isInside(place, root));
  if (real === null ? !roots.some((root) => isInside(path.resolve(folder), root)) : !isAllowed(real)) {
    throw outsideOfFolders(allowed.length === 0);
  }
  if (real !== null && (await stat(real)).isDirectory()) return real;
  throw new MaskloomError("INPUT_MISSING", `folder ${folder}: expected a folder; there is none`);
}

export function outsideOfFolders(none: boolean): MaskloomError {
  return new MaskloomError(
    "FORBIDDEN",
    `folder: expected an absolute path, or an address such as s3://bucket/folder, below a folder that MASKLOOM_FOLDERS lists${none ? ", and it lists none" : ""}`,
  );
}

/**
 * A file below a folder, whole. What was made a link meanwhile, or lies below one that leads out, is not followed.
 * @throws INPUT_MISSING, FORBIDDEN, IMAGE_TOO_LARGE
 */
export async function readFileBelow(file: string, folder: string, mostBytes: number): Promise<Uint8Array> {
  const name = path.relative(folder, file);
  const real = await realpath(file).catch((error: unknown) => {
    throw new MaskloomError("INPUT_MISSING", `${name}: expected a file; there is none any more`, {
      cause: error,
    });
  });
  if (!isInside(real, folder)) {
    throw new MaskloomError("FORBIDDEN", `${name}: it leads out of the folder of its batch`);
  }
  const handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
    (error: unknown) => {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "for an unknown reason";
      throw new MaskloomError("INPUT_MISSING", `${name}: it cannot be read (${reason})`, { cause: error });
    },
  );
  try {
    const { size } = await handle.stat();
    if (size <= mostBytes) return await handle.readFile();
    const mebibytes = (mostBytes / 2 ** 20).toFixed(1);
    throw new MaskloomError("IMAGE_TOO_LARGE", `${name}: expected at most ${mebibytes} MiB, got more`);
  } finally {
    await handle.close();
  }
}

function isInside(place: string, folder: string): boolean {
  const relative = path.relative(folder, place);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}
