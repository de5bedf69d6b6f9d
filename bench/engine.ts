import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../src/config/config.ts";
import { newTaskUUID } from "../src/contracts/ids.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { hasRedisServer, startRedisServer } from "../test/conformance/redis-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { CONCURRENCY, runBatch, runOneByOne, startNoOpEngine } from "./engine/no-op-runs.ts";
import { median, ms, printTable, type Row } from "./table.ts";

/* What the engine costs: runs of two steps that do nothing, beside bare jobs of the queue that carries them. */

/** Bare jobs and runs take turns, so that both meet the same moods of the machine; medians are shown. */
const ROUNDS = 3;
const RUNS = 3_000;
const JOBS = 9_000;
const SINGLE_RUNS = 60;

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
  const engine = await startNoOpEngine(services);
  /* The first ones warm up. */
  const overheadMs = median((await runOneByOne(services, SINGLE_RUNS)).slice(SINGLE_RUNS / 6));
  const rounds: { bare: number; runs: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await bareJobsPerSecond(services);
    rounds.push({ bare, runs: RUNS / (await runBatch(services, RUNS)).seconds });
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
