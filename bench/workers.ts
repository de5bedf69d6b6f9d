import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { readConfig } from "../src/config/config.ts";
import { openServices } from "../src/runs/services.ts";
import { startPostgresProcess } from "../test/chaos/postgres-process.ts";
import { hasRedisServer, startRedisServer } from "../test/conformance/redis-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { startDelivering } from "../workers/keep-delivering.ts";
import { runBatch } from "./engine/no-op-runs.ts";
import { printTable, type Row } from "./table.ts";

/* What more worker processes give where the work itself costs nothing: where the engine, not the work, is the limit. */

/** `BENCH_RUNS=500` for a short look. */
const RUNS = Number(process.env["BENCH_RUNS"] ?? 3_000);
const PROCESSES = [1, 2, 4, 8];
/** Of each queue in each process. */
const CONCURRENCY = 32;
/** Twice as many processes that give less than this much more are no gain. */
const WORTH_IT = 1.15;
const ENTRY = fileURLToPath(new URL("engine/no-op-process.ts", import.meta.url));

export async function benchWorkers(): Promise<void> {
  await measure("PostgreSQL", {});
  if (!hasRedisServer()) {
    process.stdout.write("\nRedis: skipped, redis-server is not installed\n");
    return;
  }
  const redis = await startRedisServer(["--appendonly", "yes"]);
  await measure("Redis (AOF everysec)", { REDIS_URL: redis.url });
  await redis.stop();
}

async function measure(name: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const home = await makeTemporaryHome();
  /* One that takes as many connections as eight workers have; the embedded one is for a machine of its own. */
  const postgres = await startPostgresProcess();
  const settings = {
    MASKLOOM_HOME: home,
    DATABASE_URL: postgres.url,
    LOG_LEVEL: "silent",
    ...environment,
  };
  const onError = (error: unknown) => {
    throw error;
  };
  const services = await openServices(readConfig(settings), onError);
  const delivering = startDelivering(services.store, services.queues, { onError });
  const speeds: { readonly processes: number; readonly runsPerSecond: number }[] = [];
  for (const processes of PROCESSES) {
    const workers = await Promise.all(Array.from({ length: processes }, () => startProcess(settings)));
    await runBatch(services, RUNS / 10); // warms them up
    speeds.push({ processes, runsPerSecond: RUNS / (await runBatch(services, RUNS)).seconds });
    await Promise.all(workers.map(endProcess));
  }
  await delivering.stop();
  await services.close();
  await postgres.remove();
  await removeTemporaryHome(home);
  const title = `No-op runs of two steps by worker processes, queues on ${name}, ${availableParallelism()} cores for all`;
  printTable(title, rowsOf(speeds));
}

function rowsOf(speeds: readonly { readonly processes: number; readonly runsPerSecond: number }[]): Row[] {
  const gains = speeds.map(({ runsPerSecond }, at) => runsPerSecond / (speeds[at - 1]?.runsPerSecond ?? 0));
  const last = gains.findIndex((gain) => gain < WORTH_IT);
  const enough = speeds[last === -1 ? speeds.length - 1 : last - 1];
  return [
    ...speeds.map(({ processes, runsPerSecond }, at) => ({
      what: `${processes} worker process${processes === 1 ? "" : "es"}`,
      ours: `${runsPerSecond.toFixed(0)} runs/s`,
      against: at === 0 ? "" : `${(gains[at] ?? 0).toFixed(2)} × of half as many`,
    })),
    {
      what: "the engine is the limit from",
      ours: last === -1 ? `more than ${enough?.processes} processes` : `${enough?.processes} processes`,
      against: "",
    },
  ];
}

async function startProcess(settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = fork(ENTRY, [String(CONCURRENCY)], {
    env: { ...process.env, ...settings },
    execArgv: ["--import", "tsx"],
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (first !== "ready") throw new Error(`a worker process of the bench ended with ${first}`);
  return child;
}

async function endProcess(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}
