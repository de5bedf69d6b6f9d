import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
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

/** Longer than anything here takes, and shorter than a test may: what is asked for tells why it never came. */
const PATIENCE_MS = 60_000;

/** Asks until it is true. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let reason: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return;
    } catch (error) {
      reason = error;
    }
    await delay(50);
  }
  throw new Error("it did not come to be", { cause: reason });
}
