import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { freePort } from "../free-port.ts";
import { type Installation, installCli } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { printFigures } from "./figures.ts";
import { openFleet, untilReady } from "./fleet.ts";
import { startPaidPeer } from "./paid-peer.ts";
import { startPostgresProcess } from "./postgres-process.ts";
import { startRedisProcess } from "./redis-process.ts";
import { soakLoad } from "./soak-load.ts";
import { type MemoryParts, type SoakSample, takeMemoryParts, takeSample } from "./soak-samples.ts";

/** Twenty minutes for a closer look: npm run bench -- soak. */
const SECONDS = Number(process.env["MASKLOOM_SOAK_SECONDS"] ?? 300);
const SAMPLE_MS = (SECONDS * 1000) / 60;
/** Beside the load itself: starting, draining, ending. */
const TIMEOUT_MS = SECONDS * 1000 + 600_000;
const MEBIBYTE = 2 ** 20;

const WORKERS = 2;
/**
 * What is kept on purpose and fills up in its time: decoded pictures in a worker (workers/decoded-images.ts), encoded ones
 * in the server (src/runs/pictures/converter.ts); and what is under way in each of the processes.
 */
const KEPT_BYTES = (WORKERS * 96 + 64 + (WORKERS + 1) * 48) * MEBIBYTE;

/** What the last quarter may have more than the second. */
const ROOM: Readonly<Record<keyof SoakSample, (before: number) => number>> = {
  memoryBytes: (before) => before * 1.15 + 64 * MEBIBYTE,
  bufferBytes: () => KEPT_BYTES,
  openFiles: (before) => before + 16,
  connections: (before) => before + 8,
  delayMs: (before) => before * 2 + 100,
};

let installation: Installation;
beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());

/* Memory and open files are read from /proc. */
describe.skipIf(process.platform !== "linux")("minutes of all kinds of work at once", () => {
  it("leave memory, open files, connections and the event loop as they were (needs Linux)", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const postgres = await startPostgresProcess();
    const hasRedis = hasRedisServer() || !mayBeMissing;
    const redis = hasRedis ? await startRedisProcess() : null;
    const peer = await startPaidPeer(() => 30);
    const environment = { DATABASE_URL: postgres.url, ...(redis === null ? {} : { REDIS_URL: redis.url }) };
    const fleet = await openFleet({ installation, environment, providers: [peer.entry] });
    const database = new pg.Client(postgres.url);
    try {
      await database.connect();
      const server = fleet.startServer();
      await untilReady(server);
      const ports = await Promise.all(Array.from({ length: WORKERS }, freePort));
      const workers = ports.map((port) =>
        fleet.startWorker(["--concurrency", "2"], { MASKLOOM_METRICS_PORT: String(port) }),
      );
      for (const worker of workers) await untilReady(worker);
      const url = /http\S+/.exec(server.stdout())?.[0] ?? "";
      const groups = [server, ...workers].map(({ pid }) => pid);
      const untilMs = Date.now() + SECONDS * 1000;
      const load = soakLoad(fleet.client, url, untilMs);
      const metrics = [url, ...ports.map((port) => `http://127.0.0.1:${port}`)];
      const samples: SoakSample[] = [];
      const parts: MemoryParts[] = [];
      while (Date.now() < untilMs) {
        await Promise.race([delay(SAMPLE_MS), load]);
        const memory = await takeMemoryParts(metrics);
        parts.push(memory);
        samples.push(await takeSample(groups, memory, database, url));
      }
      const done = await load;
      const quarter = samples.length >> 2;
      const [before, after] = [
        mediansOf(samples.slice(quarter, 2 * quarter)),
        mediansOf(samples.slice(-quarter)),
      ];
      printFigures(`Soak of ${SECONDS} s, queues on ${redis === null ? "PostgreSQL" : "Redis"}`, {
        ...done,
        "memory without buffers, MiB": fromTo(before.memoryBytes / MEBIBYTE, after.memoryBytes / MEBIBYTE),
        "buffers, MiB": fromTo(before.bufferBytes / MEBIBYTE, after.bufferBytes / MEBIBYTE),
        ...overTime(parts),
        "open files": fromTo(before.openFiles, after.openFiles),
        connections: fromTo(before.connections, after.connections),
        "event loop of the server, p99, ms": fromTo(before.delayMs, after.delayMs),
      });
      for (const name of Object.keys(ROOM) as (keyof SoakSample)[]) {
        expect(after[name], name).toBeLessThanOrEqual(ROOM[name](before[name]));
      }
      expect(Math.min(...Object.values(done))).toBeGreaterThan(0);
      expect([...peer.bills.values()].every((times) => times === 1)).toBe(true);
    } finally {
      await database.end();
      await fleet.close();
      await peer.close();
      await redis?.stop();
      await postgres.remove();
    }
  });
});

const fromTo = (before: number, after: number): string => `${before.toFixed(0)} → ${after.toFixed(0)}`;

/**
 * The least of each part of the memory in each quarter of the time, which is what is left after garbage was collected: what
 * levels off was filled, what goes on growing is lost.
 */
function overTime(samples: readonly MemoryParts[]): Record<string, string> {
  const quarter = Math.max(1, samples.length >> 2);
  const leastOf = (name: keyof MemoryParts): string =>
    [0, 1, 2, 3]
      .map((at) => samples.slice(at * quarter, (at + 1) * quarter).map((sample) => sample[name]))
      .map((values) => (Math.min(...values) / MEBIBYTE).toFixed(0))
      .join(" → ");
  return {
    "least resident, by quarters, MiB": leastOf("resident"),
    "least of V8's objects, MiB": leastOf("heapUsed"),
    "least of V8's heap, MiB": leastOf("heapTotal"),
    "least of buffers, MiB": leastOf("buffers"),
  };
}

function mediansOf(samples: readonly SoakSample[]): SoakSample {
  const medianOf = (name: keyof SoakSample): number => {
    const sorted = samples.map((sample) => sample[name]).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
  };
  return {
    memoryBytes: medianOf("memoryBytes"),
    bufferBytes: medianOf("bufferBytes"),
    openFiles: medianOf("openFiles"),
    connections: medianOf("connections"),
    delayMs: medianOf("delayMs"),
  };
}
