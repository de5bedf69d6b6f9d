import { fork } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { superviseWorker } from "../../src/cli/supervise.ts";
import { readConfig } from "../../src/config/config.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

describe("the supervised worker", () => {
  let home: string;
  let services: Services;

  beforeAll(async () => {
    home = await makeTemporaryHome();
    services = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
  });
  afterEach(() => void vi.unstubAllEnvs());
  afterAll(async () => {
    await services?.close();
    await removeTemporaryHome(home);
  });

  it("is given up, and says so, where it ends again and again before it takes work", async () => {
    vi.stubEnv("NODE_OPTIONS", "--import=data:text/javascript,process.exit(7)");
    const exits: string[] = [];
    const worker = superviseWorker({ store: services.store, onExit: (message) => exits.push(message) });
    await expect(worker.ready).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringContaining("3 times before it could take work, at last with exit code 7"),
    });
    expect(exits).toHaveLength(2);
    await worker.stop(0);
  });

  it("starts again, however often it is killed once it has taken work", async () => {
    vi.stubEnv("MASKLOOM_HOME", home);
    vi.stubEnv("LOG_LEVEL", "silent");
    const exits: string[] = [];
    const worker = superviseWorker({ store: services.store, onExit: (message) => exits.push(message) });
    await worker.ready;
    for (let killed = 1; killed <= 4; killed += 1) {
      const pid = await vi.waitFor(() => newestWorker(services), PATIENCE);
      process.kill(pid, "SIGKILL");
      await vi.waitFor(() => expect(exits).toHaveLength(killed), PATIENCE);
      await vi.waitFor(async () => expect(await newestWorker(services)).not.toBe(pid), PATIENCE);
    }
    await worker.stop(10_000);
    expect(exits).toHaveLength(4);
  });

  it("says why a new one cannot start, in words of the settings", async () => {
    vi.stubEnv("MASKLOOM_HOME", home);
    const exits: string[] = [];
    const worker = superviseWorker({ store: services.store, onExit: (message) => exits.push(message) });
    await worker.ready;
    vi.stubEnv("REDIS_URL", NO_REDIS);
    process.kill(await newestWorker(services), "SIGKILL");
    await vi.waitFor(() => expect(exits).toHaveLength(2), PATIENCE);
    await worker.stop(10_000);
    expect(exits).toEqual([
      "the worker process ended (SIGKILL); a new one starts",
      expect.stringMatching(/^the worker process ended \(.*REDIS_URL.*\); a new one starts$/),
    ]);
  });

  it("leaves it to who started it to say why it cannot start, without a stack of its own", async () => {
    const worker = fork("workers/all.ts", [], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, MASKLOOM_HOME: home, REDIS_URL: NO_REDIS },
    });
    const [[told], [code], said] = await Promise.all([
      once(worker, "message"),
      once(worker, "exit"),
      text(worker.stderr as Readable),
    ]);
    expect(told).toMatchObject({ type: "failed", code: "ENGINE_UNAVAILABLE" });
    expect({ code, said }).toEqual({ code: 1, said: "" });
  });
});

/** Where nothing listens. */
const NO_REDIS = "redis://127.0.0.1:1";

const PATIENCE = { timeout: 60_000, interval: 50 };

async function newestWorker({ store }: Services): Promise<number> {
  const row = await store.db
    .selectFrom("workers")
    .select("pid")
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.pid;
}
