import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readProcesses } from "../processes.ts";

const ENTRY = fileURLToPath(new URL("no-op-process.ts", import.meta.url));

export interface NoOpProcesses {
  /** Milliseconds of processor of all of them; NaN where there is no /proc. */
  processorMs(): number;
  end(): Promise<void>;
}

/** @param atOnce tasks of each queue at a time, in each process */
export async function startNoOpProcesses(
  settings: Readonly<Record<string, string>>,
  count: number,
  atOnce: number,
): Promise<NoOpProcesses> {
  const children = await Promise.all(Array.from({ length: count }, () => start(settings, atOnce)));
  return {
    processorMs() {
      if (process.platform !== "linux") return Number.NaN;
      const pids = new Set(children.map(({ pid }) => pid));
      return readProcesses()
        .filter(({ pid }) => pids.has(pid))
        .reduce((sum, row) => sum + row.processorMs, 0);
    },
    async end() {
      await Promise.all(children.map(end));
    },
  };
}

async function start(settings: Readonly<Record<string, string>>, atOnce: number): Promise<ChildProcess> {
  const child = fork(ENTRY, [String(atOnce)], {
    env: { ...process.env, ...settings },
    execArgv: ["--import", "tsx"],
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (first !== "ready") throw new Error(`a worker process of the bench ended with ${first}`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}
