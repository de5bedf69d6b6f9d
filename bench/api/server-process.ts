import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { makeTemporaryHome, removeTemporaryHome } from "../../test/store/postgres/temporary-home.ts";
import { BIN, startMaskloom } from "../maskloom-process.ts";
import { type ProcessRow, processorOf, readProcesses } from "../processes.ts";

export interface ServerProcess {
  readonly url: string;
  /** Where its models are. */
  readonly modelsFolder: string;
  /** Resident memory in MiB: the server itself, and the worker that it started. */
  memory(): { readonly server: number; readonly worker: number };
  /** Milliseconds of processor time since the start; null where the system does not say. */
  processorMs(): ProcessorTimes | null;
  stop(): Promise<void>;
}

export interface ProcessorTimes {
  readonly server: number;
  readonly worker: number;
  readonly database: number;
}

/**
 * `maskloom up` on an empty home folder. Needs a built dist.
 * @param weights by model: added to the home folder first, where the files exist
 * @param settings further variables of its environment
 */
export async function startServerProcess(
  weights: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const home = await makeTemporaryHome();
  const env = {
    ...process.env,
    MASKLOOM_HOME: home,
    DATABASE_URL: "",
    REDIS_URL: "",
    LOG_LEVEL: "error",
    MASKLOOM_API_KEY: "",
    ...settings,
  };
  for (const [id, file] of Object.entries(weights)) {
    if (!existsSync(file)) continue;
    await promisify(execFile)(process.execPath, [BIN, "models", "add", file, "--id", id], { env });
  }
  const { url, pid, stop } = await startMaskloom("up", env);
  return {
    url,
    modelsFolder: path.join(home, "models"),
    memory: () => memoryOf(pid),
    processorMs: () => (process.platform === "linux" ? processorMsOf(pid, home) : null),
    async stop() {
      await stop();
      await removeTemporaryHome(home);
    },
  };
}

function memoryOf(pid: number): { readonly server: number; readonly worker: number } {
  const listed = execFileSync("ps", ["-eww", "-o", "pid=,ppid=,rss=,args="], { encoding: "utf8" });
  const rows = listed.split("\n").map((line) => line.trim().split(/\s+/));
  const mebibytes = (row: readonly string[] | undefined) => Number(row?.[2] ?? 0) / 1024;
  return {
    server: mebibytes(rows.find(([own]) => Number(own) === pid)),
    worker: mebibytes(
      rows.find(([, parent, , ...args]) => Number(parent) === pid && isWorker(args.join(" "))),
    ),
  };
}

const isWorker = (command: string): boolean => /dist\/workers/.test(command);

/** The database's processes are the children of the one that has the home folder in its command. */
function processorMsOf(pid: number, home: string): ProcessorTimes {
  const processes = readProcesses();
  const postmaster = processes.find(
    ({ command }) => /postgres.* -D /.test(command) && command.includes(home),
  );
  const sum = (wanted: (row: ProcessRow) => boolean) =>
    processes.filter(wanted).reduce((total, { processorMs }) => total + processorMs, 0);
  return {
    server: sum((row) => row.pid === pid),
    worker: sum((row) => row.parent === pid && isWorker(row.command)),
    database: processorOf(processes, postmaster?.pid),
  };
}
