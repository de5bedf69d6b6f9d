import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../src/config.ts";
import { newTaskUUID, type RunUUID } from "../src/contracts/ids.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { openBatch, submitRuns } from "../src/runs/submit.ts";
import { completeBatch, readBatchStatus } from "../src/store/batches.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import type { Store } from "../src/store/store.ts";
import { hasRedisServer, startRedisServer } from "../test/conformance/redis-server.ts";
import { twoSteps } from "../test/engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { startDelivering } from "../workers/keep-delivering.ts";
import { startWorker, type TaskRun } from "../workers/worker.ts";
import { median, ms, printTable, type Row } from "./table.ts";

/* What the engine costs: runs of two steps that do nothing, beside bare jobs of the queue that carries them. */

/** Bare jobs and runs take turns, so that both meet the same moods of the machine; medians are shown. */
const ROUNDS = 3;
const RUNS = 3_000;
const JOBS = 9_000;
const SINGLE_RUNS = 60;
const CONCURRENCY = 64;
const image = randomUUID();

export async function benchEngine(): Promise<void> {
  await measure("embedded PostgreSQL", {}, { runsPerSecond: 100, overheadMs: 15 });
  if (!hasRedisServer()) {
    process.stdout.write("\nRedis: skipped, redis-server is not installed\n");
    return;
  }
  const redis = await startRedisServer(["--appendonly", "yes"]);
  await measure("Redis (AOF everysec)", { REDIS_URL: redis.url }, {});
  await redis.stop();
}

async function measure(
  name: string,
  environment: Record<string, string>,
  limits: { runsPerSecond?: number; overheadMs?: number },
): Promise<void> {
  const home = await makeTemporaryHome();
  const services = await openServices(readConfig({ MASKLOOM_HOME: home, ...environment }), (error) => {
    throw error;
  });
  const engine = await startEngine(services);
  const overheadMs = await engine.overheadMs();
  const rounds: { bare: number; runs: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ bare: await bareJobsPerSecond(services), runs: await engine.runsPerSecond() });
  }
  await engine.stop();
  await services.close();
  await removeTemporaryHome(home);
  const bare = median(rounds.map((round) => round.bare));
  const runsPerSecond = median(rounds.map((round) => round.runs));
  const share = median(rounds.map((round) => round.runs / round.bare));
  const rows: Row[] = [
    { what: "bare BullMQ no-op jobs", ours: "", against: `${bare.toFixed(0)} jobs/s` },
    {
      what: "no-op runs of two steps",
      ours: `${runsPerSecond.toFixed(0)} runs/s`,
      against: limits.runsPerSecond === undefined ? "" : `>= ${limits.runsPerSecond} runs/s`,
      ...(limits.runsPerSecond === undefined ? {} : { verdict: runsPerSecond >= limits.runsPerSecond }),
    },
    { what: "runs per bare job", ours: share.toFixed(3), against: ">= 0.1", verdict: share >= 0.1 },
    {
      what: "store and queue per two-step run, one at a time, median",
      ours: ms(overheadMs),
      against: limits.overheadMs === undefined ? "" : `<= ${limits.overheadMs} ms`,
      ...(limits.overheadMs === undefined ? {} : { verdict: overheadMs <= limits.overheadMs }),
    },
  ];
  printTable(`Engine on ${name}`, rows);
}

/** Jobs that do nothing, through the same queues, with as many at a time as the engine has. */
async function bareJobsPerSecond({ queues }: Services): Promise<number> {
  let done = 0;
  const consumer = await queues.consume("bare", {
    concurrency: 2 * CONCURRENCY,
    onDelivery: async () => {
      done += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  const deliveries = Array.from({ length: JOBS }, () => ({
    queue: "bare",
    taskUUID: newTaskUUID(),
    delivery: 1,
  }));
  const start = performance.now();
  for (let at = 0; at < JOBS; at += 500) await queues.add(deliveries.slice(at, at + 500));
  while (done < JOBS) await sleep(5);
  const seconds = (performance.now() - start) / 1000;
  await consumer.close();
  return JOBS / seconds;
}

async function startEngine(services: Services) {
  const { store, queues } = services;
  const fail = (error: unknown) => {
    throw error;
  };
  const worker = await startWorker({
    id: "bench",
    store,
    queues,
    concurrency: { masking: CONCURRENCY, "inpainting-local": CONCURRENCY },
    execute: async ({ taskType }) => nothing(taskType === "imageMasking"),
    onError: fail,
  });
  const delivering = startDelivering(store, queues, { onError: fail });
  return {
    overheadMs: () => oneAtATime(services),
    runsPerSecond: () => manyAtOnce(services),
    async stop() {
      await worker.close(0);
      await delivering.stop();
    },
  };
}

const request = { ...twoSteps(), owner: LOCAL_OWNER, inputs: {}, interactive: false };
const submission = {
  file: "a.png",
  prepare: async () => ({ inputs: { image: { uuid: image, meta: {} } }, identity: null }),
};

async function oneAtATime({ store }: Services): Promise<number> {
  const batch = await openBatch(store, request);
  const times: number[] = [];
  for (let at = 0; at < SINGLE_RUNS; at += 1) {
    const start = performance.now();
    const [run] = await submitRuns(store, batch, [submission]);
    if (run !== undefined) await untilEnded(store, run.runUUID);
    times.push(performance.now() - start);
  }
  return median(times.slice(SINGLE_RUNS / 6));
}

function untilEnded(store: Store, runUUID: RunUUID): Promise<void> {
  return new Promise((resolve) => {
    const look = async () => {
      const run = await store.db
        .selectFrom("runs")
        .select("ended_at")
        .where("uuid", "=", runUUID)
        .executeTakeFirst();
      if (run?.ended_at == null) return;
      stop();
      resolve();
    };
    const stop = store.wakeUps.on("ended", () => void look());
  });
}

async function manyAtOnce({ store }: Services): Promise<number> {
  const batch = await openBatch(store, request);
  const start = performance.now();
  for (let at = 0; at < RUNS; at += 100) {
    await submitRuns(
      store,
      batch,
      Array.from({ length: 100 }, () => submission),
    );
  }
  await completeBatch(store.db, batch.batchUUID);
  while ((await readBatchStatus(store.db, batch.batchUUID)) !== "ended") await sleep(10);
  return RUNS / ((performance.now() - start) / 1000);
}

function nothing(masking: boolean): TaskRun {
  const output = masking
    ? { image, width: 4, height: 4, maskImage: randomUUID(), detections: [], count: 1, fallbackUsed: false }
    : { image: randomUUID(), width: 4, height: 4, quality: {} };
  return { result: { kind: "succeeded", output, warnings: [], cost: null }, timings: {} };
}
