import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../../test/store/postgres/temporary-home.ts";

export interface ServerProcess {
  readonly url: string;
  /** Resident memory in MiB: the server itself, and the worker that it started. */
  memory(): { readonly server: number; readonly worker: number };
  stop(): Promise<void>;
}

/** `maskloom up` on an empty home folder. Needs a built dist. */
export async function startServerProcess(): Promise<ServerProcess> {
  const home = await makeTemporaryHome();
  const child = spawn(process.execPath, [path.join(PACKAGE_ROOT, "bin/maskloom.js"), "up", "--port", "0"], {
    env: { ...process.env, MASKLOOM_HOME: home, DATABASE_URL: "", REDIS_URL: "", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = /ready: (http:\S+)/.exec(line.toString())?.[1];
  if (url === undefined) throw new Error(`unexpected: ${line.toString()}`);
  return {
    url,
    memory: () => memoryOf(child.pid ?? 0),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
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
      rows.find(([, parent, , ...args]) => Number(parent) === pid && /workers/.test(args.join(" "))),
    ),
  };
}
