import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { MaskloomError } from "../../errors.ts";
import { tryConnect } from "./address.ts";
import { type Binaries, canUse, findBinaries, prepareBinaries } from "./binaries.ts";
import { initialiseData } from "./data-folder.ts";
import { saysDiskFull } from "./home-failure.ts";
import type { Place } from "./place.ts";
import { clearStalePostmaster, isPostmasterOf, readPostmaster } from "./postmaster.ts";
import { spawnPostgres, stopOnWindows } from "./programs.ts";
import { readLogTail, serverLog } from "./server-log.ts";

const POLL_MS = 15;
/** Long, because recovery after a crash has to finish first; an exit of the server is noticed at once. */
const READY_TIMEOUT_MS = 300_000;
/**
 * For what passes: after a kill -9 the former server's orphans take a moment to go; somebody else was faster; a port that
 * was free when it was chosen is taken, and each start chooses anew.
 */
const RESTARTS_MS = 6_000;
const RESTART_MS = 200;

/** A connection to the running server, and what it was started with. */
export type Started = { readonly client: pg.Client; readonly binaries: Binaries };

/** Starts the server, or adopts the one that runs. @throws ENGINE_UNAVAILABLE with the end of the server's log */
export async function startServer(place: Place, name: string): Promise<Started> {
  const binaries = await runnableBinaries(place);
  const began = Date.now();
  let firstTry: number | null = null;
  let child: ChildProcess | null = null;
  while (Date.now() - began < READY_TIMEOUT_MS) {
    const isOurs = child !== null || !onLoopback() || (await isServerThere(place));
    const client = isOurs ? await tryConnect(place, name) : null;
    if (client !== null) return { client, binaries };
    if (child !== null && hasExited(child)) {
      if (firstTry !== null && Date.now() - firstTry > RESTARTS_MS) throw await notStarted(place);
      child = null;
      await delay(RESTART_MS);
    }
    if (child === null && !(await isServerThere(place))) {
      await initialiseData(place, binaries);
      await clearStalePostmaster(place.data);
      /* Counted from here: initdb alone may take longer on a slow disk, and a port taken meanwhile would never be replaced. */
      firstTry ??= Date.now();
      child = await spawnPostgres(place, binaries);
    }
    await delay(POLL_MS);
  }
  throw await notStarted(place);
}

/** A connection once the server that is there takes them, after its recovery say; null where it has gone. */
export async function awaitServer(place: Place, name: string): Promise<pg.Client | null> {
  while (await isServerThere(place)) {
    const client = await tryConnect(place, name);
    if (client !== null) return client;
    await delay(POLL_MS);
  }
  return null;
}

/** There a port that was ours may be another's by now, such as another home's server, which would refuse us for good. */
const onLoopback = (): boolean => process.platform === "win32";

/** Starting, ready or stopping. */
async function isServerThere(place: Place): Promise<boolean> {
  const postmaster = await readPostmaster(place.data);
  return postmaster !== null && (await isPostmasterOf(place.data, postmaster.pid));
}

/** Fast shutdown: running transactions are rolled back, everything committed is on disk. */
export async function stopServer(place: Place, binaries: Binaries): Promise<void> {
  const postmaster = await readPostmaster(place.data);
  if (postmaster === null || !(await isPostmasterOf(place.data, postmaster.pid))) return;
  if (process.platform === "win32") await stopOnWindows(place, binaries);
  else process.kill(postmaster.pid, "SIGINT");
  while (await isPostmasterOf(place.data, postmaster.pid)) await delay(POLL_MS);
}

async function runnableBinaries(place: Place): Promise<Binaries> {
  const found = await findBinaries();
  const mustCopy = place.account !== null && !(await canUse(found, place.account));
  return prepareBinaries(found, { copies: place.copies, mustCopy });
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function notStarted(place: Place): Promise<MaskloomError> {
  const log = await readLogTail(place);
  return new MaskloomError(
    saysDiskFull(log) ? "DISK_FULL" : "ENGINE_UNAVAILABLE",
    `the embedded PostgreSQL in ${place.folder} did not start; its log ${serverLog(place)} ` +
      `ends with:\n${log}\nSet MASKLOOM_HOME to another folder, or set DATABASE_URL`,
  );
}
