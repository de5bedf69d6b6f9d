import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../free-port.ts";

export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  /** kill -9, and a new one on the same port that knows nothing. */
  restartEmpty(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis that keeps nothing on disk: whenever it ends, every queue is lost. */
export async function startRedisProcess(): Promise<RedisProcess> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-redis-"));
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  let child: ChildProcess;
  const start = async () => {
    child = spawn("redis-server", args, { stdio: "ignore" });
    await once(child, "spawn"); // rejects where there is no redis-server
    while (!(await answers(port))) await delay(20);
  };
  const kill = async () => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async restartEmpty() {
      await kill();
      await start();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
