import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("./database-client.ts", import.meta.url));

export type Client = {
  readonly pid: number;
  /** Sends one line of SQL and returns the rows; null when the database could not answer. */
  query(sql: string): Promise<readonly Record<string, unknown>[] | null>;
  /** Ends it as a finished command ends. */
  close(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
};

export type ClientOptions = { readonly home: string; readonly uid?: number };

/** Another process that opens the database of that home. @throws with the message if it is refused */
export async function startClient({ home, uid }: ClientOptions): Promise<Client> {
  const child = spawn(process.execPath, ["--import", "tsx", ENTRY, home], {
    env: { PATH: process.env["PATH"], HOME: home, MASKLOOM_HOME: home },
    stdio: ["pipe", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    return done === true ? { refused: "the process ended" } : JSON.parse(value);
  };
  const first = await next();
  if ("refused" in first) throw new Error(String(first["refused"]));
  return {
    pid: child.pid ?? 0,
    async query(sql) {
      child.stdin.write(`${sql}\n`);
      const { rows } = await next();
      return Array.isArray(rows) ? rows : null;
    },
    async close() {
      child.stdin.end();
      await exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

export type Process = { readonly pid: number; readonly user: number; readonly command: string };

/** The keepers and servers of that home that run now. */
export function findProcesses(home: string): { readonly keepers: Process[]; readonly servers: Process[] } {
  const listed = execFileSync("ps", ["-eww", "-o", "pid=,uid=,args="], { encoding: "utf8" });
  const processes = listed.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), user: Number(match[2]), command: match[3] ?? "" }];
  });
  const ours = processes.filter(({ command }) => command.includes(home));
  return {
    keepers: ours.filter(({ command }) => /keeper\.(ts|js) /.test(command)),
    servers: ours.filter(({ command }) => /postgres(\.exe)? -D /.test(command)),
  };
}
