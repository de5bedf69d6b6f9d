import { open, readFile, rm, stat, utimes } from "node:fs/promises";
import { hasCode } from "../../errors.ts";
import { isAlive } from "./postmaster.ts";

const BEAT_MS = 2_000;
const STALE_MS = 10_000;

/**
 * Takes turns in starting the server, so that eight commands at once do not run initdb eight times. Only for
 * politeness: that two starters at once do no harm is the business of rename and of PostgreSQL's own lock file.
 * @returns how to let go, or null while a living process holds it
 */
export async function tryLock(file: string): Promise<(() => Promise<void>) | null> {
  if (await isStale(file)) await rm(file, { force: true });
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
  } catch (error) {
    if (hasCode(error, "EEXIST")) return null;
    throw error;
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), BEAT_MS);
  beat.unref();
  return async () => {
    clearInterval(beat);
    await rm(file, { force: true });
  };
}

/** The holder is dead, or (its number given to another process) has not touched the file for a while. */
async function isStale(file: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const holder = Number(text);
    return Date.now() - mtimeMs > STALE_MS || (text !== "" && !isAlive(holder));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
