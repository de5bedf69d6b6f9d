import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { hasCode, MaskloomError } from "../../errors.ts";
import { prepareFolder, runAs } from "./account.ts";
import { chooseLoopback, SUPERUSER } from "./address.ts";
import { type Binaries, program } from "./binaries.ts";
import { type Place, SOCKET_PORT } from "./place.ts";
import { serverArguments } from "./settings.ts";

const MAX_LOG_BYTES = 4 * 1024 * 1024;

/**
 * Makes the data folder if there is none. initdb works in a folder of its own that is then renamed, so that of
 * several processes that try at once one wins and no half-made folder is ever taken for a database.
 * @returns true if a new one was made
 */
export async function initialiseData(place: Place, binaries: Binaries): Promise<boolean> {
  if (await hasData(place, binaries)) return false;
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
    await rename(temporary, place.data);
    return true;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Somebody else was faster.
    if ((hasCode(error, "ENOTEMPTY") || hasCode(error, "EEXIST")) && (await hasData(place, binaries)))
      return false;
    throw error;
  } finally {
    await rm(`${temporary}.password`, { force: true });
  }
}

/** C sorts by bytes: fast, and independent of the machine's locales. `--no-sync`: see `syncData`. */
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

/** Forces a new data folder to disk while the server is already up: on a slow disk initdb would wait for seconds. */
export async function syncData(place: Place, binaries: Binaries): Promise<void> {
  await runInitdb(place, binaries, ["-D", place.data, "--sync-only"]);
  const parent = await open(place.folder, "r");
  await parent.sync().finally(() => parent.close());
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

function runInitdb(place: Place, binaries: Binaries, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program(binaries, "initdb"), args, runAs(place.account), (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(startFailure("initdb", error, stderr));
    });
  });
}

/** Starts the server as a child of this process; its messages go to `server.log`. */
export async function spawnPostgres(place: Place, binaries: Binaries): Promise<ChildProcess> {
  const port = process.platform === "win32" ? (await chooseLoopback(place)).port : SOCKET_PORT;
  const log = await openLog(path.join(place.folder, "server.log"));
  try {
    const child = spawn(program(binaries, "postgres"), serverArguments(place, port), {
      ...runAs(place.account),
      stdio: ["ignore", log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(startFailure("postgres", error, "")));
    });
    return child;
  } finally {
    await log.close();
  }
}

/** Appends; keeps one older file, so that a long-lived home does not fill up. */
export async function openLog(file: string): Promise<FileHandle> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`);
  return open(file, "a", 0o600);
}

/** The end of the server's log, for error messages. */
export async function readLogTail(place: Place): Promise<string> {
  const text = await readFile(path.join(place.folder, "server.log"), "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-6).join("\n");
}

function startFailure(what: string, error: Error, stderr: string): MaskloomError {
  const reason = stderr.trim() === "" ? error.message : stderr.trim();
  return new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `${what} did not work: ${reason}. ${adviceFor(error, reason)}`,
    {
      cause: error,
    },
  );
}

function adviceFor(error: Error, reason: string): string {
  // The kernel reports a missing loader as if the program itself were missing.
  if (hasCode(error, "ENOENT") && process.platform === "linux") {
    return "The PostgreSQL from npm needs glibc, which Alpine and other musl systems lack: set DATABASE_URL";
  }
  if (hasCode(error, "EPERM"))
    return "Changing the account is not allowed here: run as a normal user or set DATABASE_URL";
  if (reason.includes("could not look up effective user ID")) {
    return "This user id has no name: add it to /etc/passwd or set DATABASE_URL";
  }
  return "Set MASKLOOM_HOME to a folder on a local disk, or set DATABASE_URL";
}
