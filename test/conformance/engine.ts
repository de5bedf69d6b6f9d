import { randomUUID } from "node:crypto";
import process from "node:process";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { BatchUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { MaskloomError } from "../../src/errors.ts";
import { Handover } from "../../src/inpainting/handover.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { completeBatch, readBatchStatus, setBatchStatus } from "../../src/store/batches.ts";
import { findCachedResult } from "../../src/store/cached-results.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { readEvents } from "../../src/store/events.ts";
import { type LeasedTask, leaseTasks } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { settleAttempts } from "../../src/store/settle-tasks.ts";
import { countRuns, readRuns } from "../../src/store/views.ts";
import { startDelivering } from "../../workers/keep-delivering.ts";
import { type ExecuteTask, startWorker, type TaskRun, type Worker } from "../../workers/worker.ts";
import { type PreparedExample, twoSteps } from "../engine/two-steps.ts";

/** Where the queues of the engine under test live. */
export interface EngineHost {
  readonly environment: Readonly<Record<string, string>>;
  /** Loses everything that the queue knows. */
  flush(services: Services): Promise<void>;
  stop(): Promise<void>;
}

/** A job that the queue had handed out without anybody hearing of it stays locked for 30 s, and is looked for every 15 s. */
const AFTER_CRASH = { timeout: 90_000, interval: 50 };
const PATIENCE = { timeout: 30_000, interval: 15 };
const image = randomUUID();

const succeeded = (output: unknown): TaskRun => ({
  result: { kind: "succeeded", output, warnings: [], cost: null },
  timings: { work: 1 },
});

/** Answers every task as a worker without models would. */
const answer: ExecuteTask = async (task) =>
  succeeded(
    task.taskType === "imageMasking"
      ? { image, width: 4, height: 4, maskImage: randomUUID(), detections: [], count: 1, fallbackUsed: false }
      : { image: randomUUID(), width: 4, height: 4, quality: {} },
  );

/** What the engine promises, whichever backend carries its deliveries. */
export function describeEngine(name: string, start: () => Promise<EngineHost>): void {
  describe(`the engine on ${name}`, () => {
    let host: EngineHost;
    let services: Services;
    let delivering: { stop(): Promise<void> };
    const workers: Worker[] = [];
    const unexpected: unknown[] = [];

    beforeAll(async () => {
      host = await start();
      services = await openServices(readConfig(host.environment), (error) => unexpected.push(error));
      delivering = startDelivering(services.store, services.queues, {
        onError: (error) => unexpected.push(error),
        perGroup: 8,
        dispatchPollMs: 3_000, // whatever becomes ready, or finds room, must wake the dispatcher by itself
        sweepPollMs: 50,
        staleAfterMs: 300,
      });
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close(0)));
      expect(unexpected).toEqual([]);
    });
    afterAll(async () => {
      await delivering?.stop();
      await services?.close();
      await host?.stop();
    });

    const work = async (execute: ExecuteTask, options: { concurrency?: number; leaseMs?: number } = {}) => {
      const { concurrency = 4, leaseMs = 5_000 } = options;
      const worker = await startWorker({
        id: randomUUID(),
        store: services.store,
        queues: services.queues,
        concurrency: { masking: concurrency, "inpainting-local": concurrency },
        execute,
        leaseMs,
        onError: (error) => unexpected.push(error),
      });
      workers.push(worker);
      return worker;
    };

    const submit = async (count: number, example: PreparedExample = twoSteps()) => {
      const batch = await openBatch(services.store, {
        ...example,
        owner: LOCAL_OWNER,
        inputs: {},
        interactive: false,
      });
      const submissions = Array.from({ length: count }, (_, at) => ({
        file: `${at}.png`,
        prepare: async () => ({ inputs: { image: { uuid: image, meta: {} } }, identity: null }),
      }));
      const runs = await submitRuns(services.store, batch, submissions);
      await completeBatch(services.store.db, batch.batchUUID);
      return { batchUUID: batch.batchUUID, runs: runs.map((run) => run.runUUID) };
    };

    const read = async (runUUID: RunUUID | undefined): Promise<RunDetail> => {
      const [run] = runUUID === undefined ? [] : await readRuns(services.store.db, LOCAL_OWNER, [runUUID]);
      if (run === undefined) throw new Error("the run does not exist");
      return run;
    };

    const untilEnded = async (batchUUID: BatchUUID) => {
      await vi.waitFor(async () => {
        expect(await readBatchStatus(services.store.db, batchUUID)).toBe("ended");
      }, PATIENCE);
    };

    it("takes a run through its steps and records attempts, timings, outputs and events", async () => {
      await work(answer);
      const { batchUUID, runs } = await submit(1);
      await untilEnded(batchUUID);
      const run = await read(runs[0]);
      expect(run).toMatchObject({ status: "succeeded", file: "0.png", error: null });
      expect(run.tasks.map((task) => [task.step, task.status, task.attempts.length])).toEqual([
        ["faces", "succeeded", 1],
        ["detail", "succeeded", 1],
      ]);
      expect(run.tasks[0]?.attempts[0]).toMatchObject({ outcome: "succeeded", timings: { work: 1 } });
      expect(run.tasks[1]?.output).toMatchObject({ image: run.output });
      const { events } = await readEvents(services.store.db, "0.0", { batch: batchUUID }, 100);
      expect(events.map((event) => event.type).filter((type) => !type.startsWith("task"))).toEqual([
        "batch.created",
        "run.created",
        "run.started",
        "run.ended",
        "batch.ended",
      ]);
    });

    it("retries what is worth it and keeps the seed", async () => {
      const seeds: unknown[] = [];
      await work(async (task, signal) => {
        if (task.taskType === "imageMasking") return answer(task, signal);
        seeds.push(task.seed);
        if (seeds.length < 3) throw new MaskloomError("PROVIDER_FAILED", "busy");
        return answer(task, signal);
      });
      const { batchUUID, runs } = await submit(1, twoSteps("", "retries: { attempts: 3, backoff: none }"));
      await untilEnded(batchUUID);
      const run = await read(runs[0]);
      expect(run.status).toBe("succeeded");
      expect(run.tasks[1]?.attempts.map((attempt) => attempt.outcome)).toEqual([
        "failed",
        "failed",
        "succeeded",
      ]);
      expect(new Set(seeds).size).toBe(1);
    });

    it("fails a run with its step's error and cancels what would have followed", async () => {
      await work(async () => {
        throw new MaskloomError("MODEL_UNREADABLE", "damaged");
      });
      const { batchUUID, runs } = await submit(1);
      await untilEnded(batchUUID);
      const run = await read(runs[0]);
      expect(run).toMatchObject({
        status: "failed",
        error: { code: "MODEL_UNREADABLE", message: `${run.file}: damaged` },
      });
      expect(run.tasks.map((task) => task.status)).toEqual(["failed", "cancelled"]);
    });

    it("refuses the result of a worker that was thought dead and takes its successor's", async () => {
      const { db, decideFor } = services.store;
      const { batchUUID, runs } = await submit(1);
      const first = await leaseWhenDelivered(services, runs[0]);
      await vi.waitFor(async () => {
        expect((await read(runs[0])).tasks[0]?.attempts[0]?.outcome).toBe("lost"); // by the engine's own sweeper
      }, PATIENCE);
      await work(answer);
      await untilEnded(batchUUID);
      const late = { kind: "succeeded", output: { image }, warnings: ["late"], cost: null } as const;
      const settled = await settleAttempts(db, [{ ...first, outcome: late, timings: {} }], decideFor);
      expect(settled.accepted.size).toBe(0);
      const run = await read(runs[0]);
      expect(run.status).toBe("succeeded");
      expect(run.tasks[0]?.attempts.map((entry) => entry.outcome)).toEqual(["lost", "succeeded"]);
      expect(run.tasks[0]?.warnings).toEqual([]);
    });

    it("delivers anew what the queue lost", async () => {
      const { batchUUID } = await submit(20);
      await vi.waitFor(async () => {
        expect((await services.queues.counts("masking")).waiting).toBeGreaterThan(0);
      }, PATIENCE);
      await host.flush(services);
      await work(answer);
      await untilEnded(batchUUID);
      expect(await countRuns(services.store.db, batchUUID)).toEqual(new Map([["succeeded", 20]]));
    });

    it("tells a running task to stop when its run is cancelled, and commits nothing of it", async () => {
      const stopped = vi.fn();
      await work((task, signal) => {
        if (task.taskType === "imageMasking") return answer(task, signal);
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            stopped(signal.reason);
            reject(signal.reason);
          });
        });
      });
      const { batchUUID, runs } = await submit(1);
      await vi.waitFor(async () => expect((await read(runs[0])).tasks[1]?.status).toBe("running"), PATIENCE);
      expect(await cancelRuns(services.store.db, LOCAL_OWNER, { batch: batchUUID })).toEqual(runs);
      services.store.wakeUps.notify("cancelled");
      await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce(), PATIENCE);
      expect(stopped.mock.calls).not.toEqual([[expect.any(Handover)]]); // nobody goes on with it
      const run = await read(runs[0]);
      expect(run.status).toBe("cancelled");
      expect(run.tasks.map((task) => task.status)).toEqual(["succeeded", "cancelled"]);
    });

    it("tells a worker that stood still that somebody else goes on with what it had", async () => {
      const told = vi.fn();
      await work(async (task, signal) => {
        if (task.attempt > 1 || task.taskType !== "imageMasking") {
          await vi.waitFor(() => expect(told).toHaveBeenCalledOnce(), PATIENCE);
          return answer(task, signal);
        }
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            told(signal.reason);
            reject(signal.reason);
          });
        });
      });
      const { batchUUID, runs } = await submit(1);
      await vi.waitFor(async () => expect((await read(runs[0])).tasks[0]?.status).toBe("running"), PATIENCE);
      await services.store.db
        .updateTable("tasks")
        .set({ lease_worker: "another", lease_expires_at: sql<Date>`now()` })
        .where("run_uuid", "=", runs[0] as RunUUID)
        .where("status", "=", "running")
        .execute();
      await vi.waitFor(() => expect(told).toHaveBeenCalledOnce(), PATIENCE);
      expect(told.mock.calls).toEqual([[expect.objectContaining({ isTaken: true })]]);
      await untilEnded(batchUUID); // the other one is not there: what it had is missed, and done again
    });

    it("gives back what a stopping worker could not finish, and counts it as no failure", async () => {
      const busy = await work((task, signal) => {
        if (task.taskType === "imageMasking") return answer(task, signal);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      });
      const { batchUUID, runs } = await submit(1);
      await vi.waitFor(async () => expect((await read(runs[0])).tasks[1]?.status).toBe("running"), PATIENCE);
      await busy.close(0);
      workers.splice(0);
      await work(answer);
      await untilEnded(batchUUID);
      const outcomes = (await read(runs[0])).tasks[1]?.attempts.map((attempt) => attempt.outcome);
      expect(outcomes).toEqual(["released", "succeeded"]);
    });

    it("serves a small batch while a large one waits", async () => {
      const large = await submit(120);
      const small = await submit(3);
      await work(answer, { concurrency: 1 });
      await untilEnded(small.batchUUID);
      await untilEnded(large.batchUUID);
      /* By the times of the runs: that a batch has ended is seen a moment later, and the engine does many in a moment. */
      const endsOf = async (batchUUID: BatchUUID) => {
        const query = services.store.db.selectFrom("runs").select("ended_at");
        const rows = await query.where("batch_uuid", "=", batchUUID).execute();
        return rows.map((row) => row.ended_at?.getTime() ?? Number.NaN);
      };
      const smallEnd = Math.max(...(await endsOf(small.batchUUID)));
      expect(smallEnd).toBeGreaterThan(0);
      const before = (await endsOf(large.batchUUID)).filter((end) => end < smallEnd);
      expect(before.length).toBeLessThan(60);
    });

    it("hands out nothing of a paused batch and goes on when it is resumed", async () => {
      const { batchUUID, runs } = await submit(40);
      await setBatchStatus(services.store.db, batchUUID, "paused");
      await work(answer);
      /* Another batch that passes through proves that the workers do not merely lag behind. */
      await untilEnded((await submit(1)).batchUUID);
      const counts = await countRuns(services.store.db, batchUUID);
      expect(counts.get("queued")).toBeGreaterThan(0);
      await setBatchStatus(services.store.db, batchUUID, "running");
      await untilEnded(batchUUID);
      expect((await countRuns(services.store.db, batchUUID)).get("succeeded")).toBe(runs.length);
    });

    it("survives a crash of the database in the middle of a batch, at no attempt's cost", async () => {
      const example = twoSteps("retries: { attempts: 1 }", "retries: { attempts: 1 }");
      await work(async (task, signal) => {
        await findCachedResult(services.store.db, task.ownerUUID, task.taskUUID);
        return answer(task, signal);
      });
      const { batchUUID, runs } = await submit(200, example);
      await vi.waitFor(async () => {
        const counts = await countRuns(services.store.db, batchUUID);
        expect(counts.get("succeeded") ?? 0).toBeGreaterThan(20);
      }, PATIENCE);
      await crashDatabase(services);
      await vi.waitFor(async () => {
        expect(await readBatchStatus(services.store.db, batchUUID)).toBe("ended");
      }, AFTER_CRASH);
      expect(await countRuns(services.store.db, batchUUID)).toEqual(new Map([["succeeded", runs.length]]));
      unexpected.splice(0); // whoever lost a connection said so
    });
  });
}

/** The end of one backend by SIGKILL ends all sessions at once; the server recovers from its log. */
async function crashDatabase({ store }: Services): Promise<void> {
  const client = new pg.Client(store.connection);
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  process.kill(rows[0]?.pid ?? 0, "SIGKILL");
  await ended;
}

/** Leases a run's first task as a worker would that then vanishes. */
async function leaseWhenDelivered(services: Services, runUUID: RunUUID | undefined): Promise<LeasedTask> {
  return vi.waitFor(async () => {
    const { store } = services;
    const delivered = await store.db
      .selectFrom("tasks")
      .select(["uuid", "delivery"])
      .where("run_uuid", "=", runUUID as RunUUID)
      .where("delivered_at", "is not", null)
      .execute();
    const deliveries = delivered.map((task) => ({ taskUUID: task.uuid, delivery: task.delivery }));
    const [leased] = await leaseTasks(store.db, deliveries, "vanishing", 1);
    if (leased === undefined) throw new Error("not delivered yet");
    return leased;
  }, PATIENCE);
}
