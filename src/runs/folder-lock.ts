import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import process from "node:process";
import { z } from "zod";
import { hasCode, MaskloomError } from "../errors.ts";
import { isFolder, makeFolder } from "../make-folder.ts";
import { outputFailure } from "../output-failure.ts";
import { isRunning } from "../store/is-running.ts";

const Holder = z.object({ pid: z.int(), host: z.string(), since: z.string() });
type Holder = z.output<typeof Holder>;

const FILE = ".maskloom.lock";
const BEAT_MS = 5_000;
/** A holder on another machine, or whose pid was given to somebody else, is gone after this silence. */
const STALE_MS = 30_000;

/**
 * Makes the folder and keeps other `run` commands out of it. A holder that was killed is noticed at once on this machine,
 * after half a minute elsewhere.
 * @returns how to let go
 * @throws CONFLICT while somebody else holds it, OUTPUT_UNWRITABLE where the folder cannot be written
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, FILE);
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    await makeFolder(folder);
    await removeStale(file);
    await writeFile(file, JSON.stringify(holder), { flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw outputFailure(folder, error);
    if (await isFolder(folder)) throw await conflict(folder, file);
    throw new MaskloomError("OUTPUT_UNWRITABLE", `${folder}: expected a folder for results, it is a file`);
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  beat.unref();
  const atExit = () => rmSync(file, { force: true });
  process.once("exit", atExit);
  return async () => {
    clearInterval(beat);
    process.off("exit", atExit);
    await rm(file, { force: true });
  };
}

/** Whether a process that still runs holds the folder. */
export async function isLocked(folder: string): Promise<boolean> {
  const file = path.join(folder, FILE);
  const found = await readHolder(file);
  return found !== null && !(await isGone(file, found.holder));
}

/** Moved aside first and looked at again, so that of two who find it stale the second cannot remove the first one's new lock. */
async function removeStale(file: string): Promise<void> {
  const stale = await readHolder(file);
  if (stale === null || !(await isGone(file, stale.holder))) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) === stale.text) await rm(aside, { force: true });
  else await rename(aside, file);
}

async function readHolder(file: string): Promise<{ text: string; holder: Holder | null } | null> {
  try {
    const text = await readFile(file, "utf8");
    return { text, holder: Holder.safeParse(parseJson(text)).data ?? null };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function isGone(file: string, holder: Holder | null): Promise<boolean> {
  if (holder?.host === hostname() && !isRunning(holder.pid)) return true;
  const found = await stat(file).catch(() => null);
  return found === null || Date.now() - found.mtimeMs > STALE_MS;
}

async function conflict(folder: string, file: string): Promise<MaskloomError> {
  const holder = (await readHolder(file))?.holder;
  const who =
    holder === null || holder === undefined
      ? ""
      : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new MaskloomError(
    "CONFLICT",
    `${folder}: another maskloom run${who} writes into this folder; wait for it, or choose another --out`,
  );
}
