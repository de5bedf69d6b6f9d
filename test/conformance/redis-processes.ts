import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/* Any number of redis-servers of a test: a cluster, sentinels, one that is restarted. */

export interface RedisProcesses {
  /** A folder of their own; gone with them. */
  readonly folder: string;
  /** Starts one with these arguments; it may not answer yet. */
  start(args: readonly string[]): Promise<ChildProcess>;
  stop(): Promise<void>;
}

export async function openRedisProcesses(): Promise<RedisProcesses> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-redis-"));
  const children: ChildProcess[] = [];
  return {
    folder,
    async start(args) {
      const child = spawn("redis-server", [...args], { stdio: "ignore", cwd: folder });
      await once(child, "spawn");
      children.push(child);
      return child;
    },
    async stop() {
      await Promise.all(children.map((child) => endOf(child, "SIGKILL")));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** Asks until it is true. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue().catch(() => false))) await delay(50);
}

/** Ports that nobody listens on now; a cluster's node also takes the one 10,000 above. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = await freePort();
    if (port < 55_000) found.add(port);
  }
  return [...found];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
