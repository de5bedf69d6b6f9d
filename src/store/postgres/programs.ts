import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { hasCode, MaskloomError } from "../../errors.ts";
import { runAs } from "./account.ts";
import { chooseLoopback } from "./address.ts";
import { type Binaries, program } from "./binaries.ts";
import { saysDiskFull } from "./home-failure.ts";
import { type Place, SOCKET_PORT } from "./place.ts";
import { openLog, serverLog } from "./server-log.ts";
import { serverArguments } from "./settings.ts";

export function runInitdb(place: Place, binaries: Binaries, args: string[]): Promise<void> {
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
  const log = await openLog(serverLog(place));
  try {
    const child = spawn(program(binaries, "postgres"), serverArguments(place, port), {
      ...runAs(place.account),
      stdio: ["ignore", log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(startFailure("postgres", error, "")));
    });
    child.unref(); // it is to outlive us if need be
    return child;
  } finally {
    await log.close();
  }
}

/** There are no signals on Windows; pg_ctl speaks to the server's own pipe. */
export async function stopOnWindows(place: Place, binaries: Binaries): Promise<void> {
  await promisify(execFile)(program(binaries, "pg_ctl"), ["stop", "-m", "fast", "-D", place.data]);
}

function startFailure(what: string, error: Error, stderr: string): MaskloomError {
  const reason = stderr.trim() === "" ? error.message : stderr.trim();
  return new MaskloomError(
    saysDiskFull(reason) ? "DISK_FULL" : "ENGINE_UNAVAILABLE",
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
  if (saysDiskFull(reason)) return "Free some room, or set MASKLOOM_HOME to another disk";
  return "Set MASKLOOM_HOME to a folder on a local disk, or set DATABASE_URL";
}
