import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { isRunning } from "../../src/store/is-running.ts";
import { createDice } from "../integration/chaos-dice.ts";
import { type Kill, planKills, workerOf } from "../integration/chaos-killer.ts";
import { type Ledger, readLedger } from "../integration/chaos-ledger.ts";
import { fileName, makePictures, readResult } from "../integration/chaos-pictures.ts";
import { type Installation, until } from "../integration/cli-installation.ts";
import { printFigures } from "./figures.ts";
import { type Fleet, type FleetCommand, killGroup, openFleet, untilReady } from "./fleet.ts";
import { PAID_WORKFLOW, type PaidPeer, startPaidPeer } from "./paid-peer.ts";
import { type PostgresProcess, startPostgresProcess } from "./postgres-process.ts";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { readRepeatedCalls } from "./repeated-calls.ts";
import { readStoredBlobs } from "./stored-blobs.ts";

export interface ChaosPlan {
  readonly installation: Installation;
  readonly queues: "PostgreSQL" | "Redis";
  readonly pictures: number;
  /** So often each kind of process is killed. */
  readonly times: number;
  readonly seed: number;
}

/** A worker's process alone, its command too, the server, and what they stand on. */
type Victim = "process" | "worker" | "server" | "postgres" | "redis";

const WORKERS = 3;
/** One that holds every picture's work up for a moment, so that kills hit something. */
const PAINT_MS = 60;

interface Scene {
  readonly fleet: Fleet;
  readonly peer: PaidPeer;
  readonly postgres: PostgresProcess;
  readonly redis: RedisProcess | null;
  server: FleetCommand;
  workers: FleetCommand[];
}

/**
 * A batch of pictures, each of them masked here and repainted by a provider that costs money, while every process is killed
 * with -9 at moments that a seed decides: workers, the server, PostgreSQL, and Redis, which forgets everything.
 */
export async function chaosOfFleet(plan: ChaosPlan): Promise<void> {
  const { pictures, times, seed } = plan;
  const postgres = await startPostgresProcess();
  const redis = plan.queues === "Redis" ? await startRedisProcess() : null;
  const peer = await startPaidPeer(() => PAINT_MS);
  const environment = {
    DATABASE_URL: postgres.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  };
  const fleet = await openFleet({ installation: plan.installation, environment, providers: [peer.entry] });
  try {
    await makePictures(fleet.pictures, pictures);
    const server = fleet.startServer();
    await untilReady(server);
    const workers = Array.from({ length: WORKERS }, () => startWorker(fleet));
    const scene: Scene = { fleet, peer, postgres, redis, server, workers };
    const victims: Victim[] = [
      "process",
      "worker",
      "server",
      "postgres",
      ...(redis ? ["redis" as const] : []),
    ];
    const began = performance.now();
    await untilDone(scene, planKills(createDice(seed), pictures, times, victims));
    const seconds = (performance.now() - began) / 1000;
    for (const command of [...scene.workers, scene.server]) killGroup(command);
    const ledger = await readLedger({ ...fleet.environment });
    const repeated = await readRepeatedCalls(postgres.url);
    const blobs = await readStoredBlobs(path.join(fleet.home, "artifacts"));
    printFigures(`Chaos, queues on ${plan.queues}`, {
      seed,
      pictures,
      "kills of each": `${times} × ${victims.join(", ")}`,
      seconds: seconds.toFixed(0),
      attempts: JSON.stringify(ledger.outcomes),
      lost: pictures - ledger.results.size,
      "committed other than once": ledger.committedOtherThanOnce.length,
      "billed by the provider": [...peer.bills.values()].reduce((sum, times) => sum + times, 0),
      "stored pictures": blobs.count,
      "half written": blobs.halfWritten.length,
    });
    await expectAllOnce(ledger, pictures);
    expect(blobs.halfWritten).toEqual([]);
    expect([...peer.bills.values()], JSON.stringify(repeated, null, 1)).toEqual(Array(pictures).fill(1));
  } finally {
    await fleet.close();
    await peer.close();
    await redis?.stop();
    await postgres.remove();
  }
}

const startWorker = (fleet: Fleet): FleetCommand =>
  fleet.startWorker(["--queues", "masking,inpainting", "--concurrency", "1", "--grace-seconds", "5"]);

/** The batch, and what befalls it. */
async function untilDone(scene: Scene, plan: readonly Kill<Victim>[]): Promise<void> {
  const { client, pictures: folder } = scene.fleet;
  const request = { workflow: PAID_WORKFLOW, folder, idempotencyKey: "chaos" };
  const { batchUUID } = await client.batches.create(request);
  /* A server that does not answer has ended nothing that is known. */
  const look = () => {
    startAgain(scene);
    return client.batches.get(batchUUID).catch(() => null);
  };
  for (const { victim, after, laterMs } of plan) {
    await until(async () => ((await look())?.runs.succeeded ?? 0) >= after);
    await delay(laterMs);
    await KILL[victim](scene, Math.floor(laterMs) % WORKERS);
  }
  await until(async () => (await look())?.status === "ended");
  /* The whole request once more, as one sends it whose connection was lost: nothing is begun. */
  expect((await client.batches.create(request)).batchUUID).toBe(batchUUID);
}

/** One that is started while the database is down says so and ends; what watches over it starts it again. */
function startAgain(scene: Scene): void {
  const { fleet } = scene;
  scene.workers = scene.workers.map((worker) => (isRunning(worker.pid) ? worker : startWorker(fleet)));
  if (!isRunning(scene.server.pid)) scene.server = fleet.startServer();
}

/** How each dies, and how whoever watches over it starts it again. */
const KILL: Readonly<Record<Victim, (scene: Scene, at: number) => Promise<void>>> = {
  async process({ workers }, at) {
    const command = workers[at];
    if (command !== undefined && isRunning(command.pid)) process.kill(await workerOf(command), "SIGKILL");
  },
  async worker(scene, at) {
    const command = scene.workers[at];
    if (command !== undefined) killGroup(command);
    scene.workers = scene.workers.map((other, index) => (index === at ? startWorker(scene.fleet) : other));
  },
  async server(scene) {
    killGroup(scene.server);
    await scene.server.ended;
    scene.server = scene.fleet.startServer();
  },
  async postgres({ postgres }) {
    await postgres.crash();
    await postgres.start();
  },
  async redis({ redis }) {
    await redis?.restartEmpty();
  },
};

async function expectAllOnce(ledger: Ledger, pictures: number): Promise<void> {
  const names = Array.from({ length: pictures }, (_, at) => fileName(at));
  expect(ledger.runs.map(({ file, status }) => `${file} ${status}`).sort()).toEqual(
    names.map((file) => `${file} succeeded`),
  );
  expect(ledger.endedOtherThanOnce).toEqual([]);
  expect(ledger.committedOtherThanOnce).toEqual([]);
  expect(ledger.openAttempts).toBe(0);
  for (const [file, bytes] of ledger.results) {
    expect((await readResult(bytes)).at, file).toBe(Number.parseInt(file, 10));
  }
}
