import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../src/config/config.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { startPostgresProcess } from "../test/chaos/postgres-process.ts";
import { hasRedisServer, startRedisServer } from "../test/conformance/redis-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { startDelivering } from "../workers/keep-delivering.ts";
import { runBatch } from "./engine/no-op-runs.ts";
import { startNoOpProcesses } from "./engine/start-no-op-processes.ts";
import { processorMs } from "./processes.ts";
import { printColumns } from "./table.ts";

/*
 * What more worker processes give, and what they cost PostgreSQL, where the work itself costs nothing. Tasks that take a second end one by one, so
 * that none shares a lease or a settlement with another: that is what one task at a time in each process shows.
 */

/** `BENCH_RUNS=500` for a short look. */
const RUNS = Number(process.env["BENCH_RUNS"] ?? 1_500);
/** Of each process before it is measured: its code is compiled as it is used. */
const WARM_UP = RUNS / 30;
/** Of each queue in each process. */
const SHARED = 32;
const ALONE = 1;
/** Some 20 of each process with queues in PostgreSQL. */
const CONNECTIONS = 600;
/** Pools let go of connections, and PostgreSQL cleans up after the runs. */
const SETTLING_MS = 15_000;
const IDLE = { processes: 32, atOnce: ALONE };
const IDLE_MS = 10_000;
/** Twice as many processes that give less than this much more are no gain. */
const WORTH_IT = 1.15;

interface Crowd {
  readonly processes: number;
  readonly atOnce: number;
}

const SHARING: readonly Crowd[] = [1, 2, 4, 8].map((processes) => ({ processes, atOnce: SHARED }));
const alone = (...counts: readonly number[]): readonly Crowd[] =>
  counts.map((processes) => ({ processes, atOnce: ALONE }));

interface Measured extends Crowd {
  readonly seconds: number;
  /** Milliseconds, of all runs. */
  readonly processor: { readonly postgres: number; readonly workers: number; readonly others: number };
}

interface Installation {
  readonly services: Services;
  readonly settings: Readonly<Record<string, string>>;
  readonly postgresMs: () => number;
  readonly redisMs: () => number;
}

export async function benchWorkers(): Promise<void> {
  await measure("PostgreSQL", {}, [...SHARING, ...alone(4, 16)]);
  if (!hasRedisServer()) {
    process.stdout.write("\nRedis: skipped, redis-server is not installed\n");
    return;
  }
  const redis = await startRedisServer(["--appendonly", "yes"]);
  await measure("Redis (AOF everysec)", { REDIS_URL: redis.url }, [...SHARING, ...alone(4, 16, 32)]);
  await redis.stop();
}

async function measure(
  name: string,
  environment: Readonly<Record<string, string>>,
  crowds: readonly Crowd[],
): Promise<void> {
  const home = await makeTemporaryHome();
  /* The embedded one is for a machine of its own, and takes fewer connections. */
  const postgres = await startPostgresProcess(CONNECTIONS);
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
  const redisPort = /:(\d+)$/.exec(environment["REDIS_URL"] ?? "")?.[1];
  const installation: Installation = {
    services,
    settings,
    postgresMs: () => processorMs(new RegExp(`postgres .*-p ${postgres.port} `)),
    redisMs: () => (redisPort === undefined ? 0 : processorMs(new RegExp(`redis-server .*:${redisPort}`))),
  };
  const measured: Measured[] = [];
  for (const crowd of crowds) measured.push(await measureCrowd(installation, crowd));
  const idle = await measureIdle(installation);
  await delivering.stop();
  await services.close();
  await postgres.remove();
  await removeTemporaryHome(home);
  printColumns(
    `No-op runs of two steps by worker processes, queues on ${name}, ${availableParallelism()} cores for all`,
    [
      "worker processes",
      "tasks at a time in each, by queue",
      "runs a second",
      "processor a run: PostgreSQL",
      "workers",
      "dispatcher and Redis",
      "cores busy with it",
    ],
    measured.map(lineOf),
  );
  process.stdout.write(`\n${limitOf(measured)}\n${idle}\n`);
}

async function measureCrowd(installation: Installation, crowd: Crowd): Promise<Measured> {
  const { services, settings, postgresMs, redisMs } = installation;
  const workers = await startNoOpProcesses(settings, crowd.processes, crowd.atOnce);
  await runBatch(services, WARM_UP * crowd.processes);
  const take = () => [postgresMs(), workers.processorMs(), redisMs() + ownMs()] as const;
  const before = take();
  const { seconds } = await runBatch(services, RUNS);
  const [postgres, own, others] = take().map((ms, who) => ms - (before[who] ?? 0)) as [
    number,
    number,
    number,
  ];
  await workers.end();
  return { ...crowd, seconds, processor: { postgres, workers: own, others } };
}

/** What it costs PostgreSQL that workers live: they say so, ask whether they lead, and look after leases. */
async function measureIdle({ settings, postgresMs }: Installation): Promise<string> {
  const workers = await startNoOpProcesses(settings, IDLE.processes, IDLE.atOnce);
  await sleep(SETTLING_MS);
  const before = postgresMs();
  await sleep(IDLE_MS);
  const each = (postgresMs() - before) / (IDLE_MS / 1_000) / IDLE.processes;
  await workers.end();
  return `Of ${IDLE.processes} workers that have nothing to do each costs PostgreSQL ${each.toFixed(1)} ms of processor a second.`;
}

function lineOf({ processes, atOnce, seconds, processor }: Measured): string[] {
  const { postgres, workers, others } = processor;
  const each = (total: number) => `${(total / RUNS).toFixed(2)} ms`;
  return [
    String(processes),
    String(atOnce),
    (RUNS / seconds).toFixed(0),
    each(postgres),
    each(workers),
    each(others),
    ((postgres + workers + others) / 1_000 / seconds).toFixed(1),
  ];
}

/** From how many processes the engine is the limit, and not how many there are. */
function limitOf(measured: readonly Measured[]): string {
  const sharing = measured.filter(({ atOnce }) => atOnce === SHARED);
  const enough = sharing.find(({ seconds }, at) => {
    const twice = sharing[at + 1];
    return twice !== undefined && seconds / twice.seconds < WORTH_IT;
  });
  const from = enough?.processes ?? `more than ${sharing.at(-1)?.processes}`;
  return `The engine on this machine is the limit from worker processes: ${from} (twice as many give less than ${WORTH_IT} times as much).`;
}

const ownMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
