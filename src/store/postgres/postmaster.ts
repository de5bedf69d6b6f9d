import { execFile } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { hasCode } from "../../errors.ts";

/** What the running server says of itself in `postmaster.pid`. */
export type Postmaster = { readonly pid: number; readonly status: string };

/** Line numbers are fixed since PostgreSQL 10: 1 the process id, 8 the status. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readIfThere(path.join(data, "postmaster.pid"));
  if (text === null) return null;
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  return { pid, status: lines[7]?.trim() ?? "starting" };
}

/**
 * Whether that process is a PostgreSQL server of that data folder. After a crash the number may have been given
 * to any other program: then PostgreSQL would refuse to start, and we must not stop what is not ours.
 */
export async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  return command === null || command.split("\0").includes(data) || command.includes(`-D ${data}`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/**
 * Removes a `postmaster.pid` that names a living process of somebody else. A dead one is left to PostgreSQL, which
 * also looks whether orphans of the former server still hold its shared memory. Moving before looking keeps two
 * processes from removing each other's fresh file.
 */
export async function clearStalePostmaster(data: string): Promise<void> {
  const stale = await readPostmaster(data);
  if (stale === null || !isAlive(stale.pid) || (await isPostmasterOf(data, stale.pid))) return;
  const file = path.join(data, "postmaster.pid");
  const aside = `${file}.stale-${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  const moved = await readFile(aside, "utf8");
  if (Number(moved.split("\n")[0]) !== stale.pid)
    await writeFile(file, moved, { flag: "wx" }).catch(() => {});
  await rm(aside, { force: true });
}

/** The command line, its words parted by NUL (Linux) or blanks; null where it cannot be told. */
async function commandOf(pid: number): Promise<string | null> {
  if (process.platform === "win32") return null;
  if (process.platform === "linux") return readIfThere(`/proc/${pid}/cmdline`);
  const result = await promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(
    () => null,
  );
  return result?.stdout ?? null;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return null;
    throw error;
  }
}
