import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { hasCode, MaskloomError } from "../../errors.ts";
import { prepareFolder } from "./account.ts";
import { chooseLoopback, SUPERUSER } from "./address.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";
import { runInitdb } from "./programs.ts";

/**
 * Makes the data folder if there is none. initdb works in a folder of its own that is then renamed, so that of
 * several processes that try at once one wins and no half-made folder is ever taken for a database.
 */
export async function initialiseData(place: Place, binaries: Binaries): Promise<void> {
  if (await hasData(place, binaries)) return;
  await removeAbandoned(place);
  const temporary = `${place.data}.new-${process.pid}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { mode: 0o700 });
  await prepareFolder(temporary, place.account);
  try {
    await runInitdb(place, binaries, [
      "-D",
      temporary,
      ...INITDB_OPTIONS,
      ...(await authentication(place, temporary)),
    ]);
    await writeFile(unsyncedFile(place), "");
    await rename(temporary, place.data);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Somebody else was faster.
    if ((hasCode(error, "ENOTEMPTY") || hasCode(error, "EEXIST")) && (await hasData(place, binaries))) return;
    throw error;
  } finally {
    await rm(`${temporary}.password`, { force: true });
  }
}

/** C sorts by bytes: fast, and independent of the machine's locales. `--no-sync`: see `syncNewData`. */
const INITDB_OPTIONS = [
  `--username=${SUPERUSER}`,
  "--encoding=UTF8",
  "--locale=C",
  "--no-instructions",
  "--no-sync",
];

/** The socket's folder is closed to everybody else; on loopback a password stands in for that. */
async function authentication(place: Place, temporary: string): Promise<string[]> {
  if (process.platform !== "win32") return ["--auth=trust"];
  const { password } = await chooseLoopback(place);
  const file = `${temporary}.password`;
  await writeFile(file, password, { mode: 0o600 });
  return ["--auth=scram-sha-256", `--pwfile=${file}`];
}

/** There from when new data is made until it is known to be on the disk. */
const unsyncedFile = (place: Place) => path.join(place.folder, "unsynced");

/**
 * Forces a new data folder to disk while the server is already up: on a slow disk initdb would wait for seconds. Until
 * then a failure of the power, not of any process, could take the new database.
 */
export async function syncNewData(place: Place, binaries: Binaries): Promise<void> {
  const isNew = await stat(unsyncedFile(place)).catch(() => null);
  if (isNew === null) return;
  await runInitdb(place, binaries, ["-D", place.data, "--sync-only"]);
  const parent = await open(place.folder, "r");
  await parent.sync().finally(() => parent.close());
  await rm(unsyncedFile(place), { force: true });
}

/** @throws ENGINE_UNAVAILABLE if the data was made by another major version of PostgreSQL */
async function hasData(place: Place, binaries: Binaries): Promise<boolean> {
  const found = await readFile(path.join(place.data, "PG_VERSION"), "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  });
  if (found === null) return false;
  const shipped = binaries.version.split(".")[0];
  if (found.trim() === shipped) return true;
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `${place.data}: expected a database of PostgreSQL ${shipped}, which this version of Maskloom ships, found one ` +
      `of PostgreSQL ${found.trim()}. With the Maskloom version that made it running, export it: ` +
      `pg_dumpall -h ${place.sockets} -U ${SUPERUSER} > maskloom.sql; then move that folder away, start this ` +
      `version and import: psql -h ${place.sockets} -U ${SUPERUSER} -d postgres -f maskloom.sql`,
  );
}

/** What an initdb left behind that was killed an hour or more ago. */
async function removeAbandoned(place: Place): Promise<void> {
  const prefix = `${path.basename(place.data)}.new-`;
  for (const name of await readdir(place.folder)) {
    const folder = path.join(place.folder, name);
    if (!name.startsWith(prefix)) continue;
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > 3_600_000) await rm(folder, { recursive: true, force: true });
  }
}
