import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../free-port.ts";

/** Whether Debian's redis-server, or any other, is installed. */
export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

export type RedisServer = { readonly url: string; stop(): Promise<void> };

/** A Redis of its own, on a free port of loopback and in a folder that goes with it. */
export async function startRedisServer(options: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-redis-"));
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...options];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await once(child, "spawn"); // rejects where there is no redis-server
  const url = `redis://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => {});
    const answered = await redis.connect().then(
      () => true,
      () => false,
    );
    redis.disconnect();
    if (answered) return;
    await delay(20);
  }
  throw new Error(`redis-server ended with code ${child.exitCode}`);
}
