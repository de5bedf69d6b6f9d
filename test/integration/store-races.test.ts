import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import {
  newRunUUID,
  newTaskUUID,
  type OwnerUUID,
  type RunUUID,
  type TaskUUID,
} from "../../src/contracts/ids.ts";
import { advanceRun } from "../../src/engine/advance.ts";
import { planRun } from "../../src/engine/plan.ts";
import { startSweeper } from "../../src/queue/sweeper.ts";
import type { DeliveryKey } from "../../src/queue/task-queues.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { type Batch, openBatch, submitRuns } from "../../src/runs/submit.ts";
import { readBatchStatus, setBatchPriority, setBatchStatus } from "../../src/store/batches.ts";
import { findCachedResult, saveCachedResult } from "../../src/store/cached-results.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { findStaleDeliveries, type ReadyDelivery, takeReady } from "../../src/store/deliveries.ts";
import { endBatches } from "../../src/store/end-batches.ts";
import { currentCursor, readEvents } from "../../src/store/events.ts";
import { endLeasesOf, type LeasedTask, leaseTasks } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { createRuns, newRunState, startRuns } from "../../src/store/runs.ts";
import { settleAttempts } from "../../src/store/settle-tasks.ts";
import { sweepAbandoned } from "../../src/store/sweep.ts";
import { readRuns } from "../../src/store/views.ts";
import { type PreparedExample, twoSteps } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const PATIENCE = { timeout: 30_000, interval: 10 };

/* What may happen between two steps of the engine, and what must not come of it. */

describe("runs and leases that meet", () => {
  let home: string;
  let services: Services;

  beforeAll(async () => {
    home = await makeTemporaryHome();
    services = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
  });
  afterAll(async () => {
    await services?.close();
    await removeTemporaryHome(home);
  });

  const open = (example: PreparedExample = twoSteps()): Promise<Batch> =>
    openBatch(services.store, { ...example, owner: LOCAL_OWNER, inputs: {}, interactive: true });

  it("begins nothing of a run that is cancelled while its picture is read", async () => {
    const { store } = services;
    const batch = await open();
    const uuid = await submitTo(services, batch, async (runUUID) => {
      expect(await cancelRuns(store.db, LOCAL_OWNER, { runs: [runUUID] })).toEqual([runUUID]);
    });
    const [run] = await readRuns(store.db, LOCAL_OWNER, [uuid]);
    expect(run).toMatchObject({ status: "cancelled", tasks: [] });
  });

  it("cancels the tasks of a run that is just being begun", async () => {
    const { store } = services;
    const uuid = await submitTo(services, await open());
    /* The run as its start leaves it a moment before the commit: the tasks are there, for nobody else to see. */
    const tasks = await store.db.deleteFrom("tasks").where("run_uuid", "=", uuid).returningAll().execute();
    const starting = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
    await starting.connect();
    await starting.query("begin");
    await starting.query("update runs set inputs = inputs where uuid = $1", [uuid]);
    await starting.query(
      `insert into tasks overriding system value
       select * from jsonb_populate_recordset(null::tasks, $1::jsonb)`,
      [JSON.stringify(tasks)],
    );
    const cancelling = cancelRuns(store.db, LOCAL_OWNER, { runs: [uuid] });
    await untilWaitingForLock(services);
    await starting.query("commit");
    await starting.end();
    expect(await cancelling).toEqual([uuid]);
    const [run] = await readRuns(store.db, LOCAL_OWNER, [uuid]);
    expect(run?.tasks.map((task) => task.status)).toEqual(["cancelled", "cancelled"]);
  });

  it("cancels from the start what is added to a cancelled batch, and says that the batch has ended", async () => {
    const { store } = services;
    const start = await currentCursor(store.db);
    const batch = await open();
    await cancelRuns(store.db, LOCAL_OWNER, { batch: batch.batchUUID });
    const uuid = await submitTo(services, batch);
    const [run] = await readRuns(store.db, LOCAL_OWNER, [uuid]);
    expect(run).toMatchObject({ status: "cancelled", tasks: [] });
    const { events } = await readEvents(store.db, start, { batch: batch.batchUUID }, 10);
    expect(events.map((event) => event.type)).toEqual([
      "batch.created",
      "batch.ended",
      "run.created",
      "run.ended",
    ]);
  });

  it("writes the tasks of a run once, however often its start is repeated", async () => {
    const { store } = services;
    const batch = await open();
    const run = {
      runUUID: newRunUUID(),
      batchUUID: batch.batchUUID,
      owner: LOCAL_OWNER,
      workflowDigest: batch.workflowDigest,
      file: "a.png",
    };
    const inputs = { image: { uuid: randomUUID(), meta: {} } };
    const tasks = planRun(batch.workflow, batch.resolved, newTaskUUID, Math.random);
    const advance = advanceRun(batch.workflow, batch.resolved, newRunState(run, inputs, tasks), newTaskUUID);
    const started = { ...run, identity: null, inputs, tasks, advance };
    for (let time = 0; time < 2; time += 1) {
      await createRuns(store.db, [run]);
      await startRuns(store.db, [started]);
    }
    const [detail] = await readRuns(store.db, LOCAL_OWNER, [run.runUUID]);
    expect(detail?.tasks.map((task) => task.status)).toEqual(["queued", "waiting"]);
  });

  it("takes back what the queue holds when a batch is paused", async () => {
    const { store } = services;
    const batch = await open();
    await submitTo(services, batch);
    const mine = (ready: readonly ReadyDelivery[]) =>
      ready.filter((one) => one.queue === "masking" && held.has(one.taskUUID));
    const held = new Set(await tasksOf(services, batch));
    const [first] = mine(await takeReady(store.db, 10, 0));
    if (first === undefined) throw new Error("nothing was ready");
    await setBatchStatus(store.db, batch.batchUUID, "paused");
    expect(await leaseTasks(store.db, [first], "a worker", 1_000)).toEqual([]);
    await setBatchStatus(store.db, batch.batchUUID, "running");
    const [second] = mine(await takeReady(store.db, 10, 0));
    expect(second?.delivery).toBe(first.delivery + 1);
    expect(await leaseTasks(store.db, second === undefined ? [] : [second], "a worker", 1_000)).toHaveLength(
      1,
    );
  });

  it("finds what the queue lost behind any number of deliveries that live", async () => {
    const { store, queues } = services;
    const batch = await open();
    for (let run = 0; run < 4; run += 1) await submitTo(services, batch);
    const own = new Set(await tasksOf(services, batch));
    const ready = (await takeReady(store.db, 10, 0)).filter((one) => own.has(one.taskUUID));
    const [lost, ...alive] = ready.toSorted((a, b) => (a.taskUUID < b.taskUUID ? 1 : -1));
    if (lost === undefined || alive.length !== 3) throw new Error("four deliveries were expected");
    await queues.add(alive);
    const forgotten: DeliveryKey[] = [];
    const sweeper = startSweeper(
      {
        sweepLeases: async () => 0,
        staleDeliveries: (after) => findStaleDeliveries(store.db, 0, 1, after),
        forget: async (deliveries) => void forgotten.push(...deliveries),
        sweepAbandoned: async () => undefined,
        wake: () => undefined,
      },
      queues,
      { pollMs: 60_000, onError: (error) => expect(error).toBeUndefined() },
    );
    await vi.waitFor(() => expect(forgotten.map((one) => one.taskUUID)).toContain(lost.taskUUID), PATIENCE);
    await sweeper.stop();
    expect(forgotten.filter((one) => own.has(one.taskUUID))).toHaveLength(1);
  });

  it("remembers a result for each owner by itself, the newest", async () => {
    const { db } = services.store;
    const { uuid: other } = await db
      .insertInto("owners")
      .values({ uuid: randomUUID() as string as OwnerUUID, name: "other" })
      .returning("uuid")
      .executeTakeFirstOrThrow();
    for (const owner of [LOCAL_OWNER, other]) await saveCachedResult(db, owner, "key", { of: owner });
    await saveCachedResult(db, other, "key", { of: "newer" });
    expect(await findCachedResult(db, LOCAL_OWNER, "key")).toEqual({ of: LOCAL_OWNER });
    expect(await findCachedResult(db, other, "key")).toEqual({ of: "newer" });
  });

  it("leaves a task to its worker that renewed the lease before its loss was written", async () => {
    const { db, decideFor } = services.store;
    const leased = await leaseOne(services, await open(), 60_000);
    const lost = { ...leased, lease: null, outcome: { kind: "lost" }, timings: {} } as const;
    expect((await settleAttempts(db, [lost], decideFor)).accepted.size).toBe(0);
    await endLeasesOf(db, "a worker");
    expect((await settleAttempts(db, [lost], decideFor)).accepted.size).toBe(1);
  });

  it("lets a task whose batch was put first meanwhile be ready as one that is asked for at once", async () => {
    const { db, decideFor } = services.store;
    const leased = await leaseOne(services, await open(), 60_000);
    const read = () =>
      db
        .selectFrom("tasks")
        .select(["status", "at_once", "batch_uuid"])
        .where("uuid", "=", leased.taskUUID)
        .executeTakeFirstOrThrow();
    const before = await read();
    await setBatchPriority(db, before.batch_uuid, before.at_once ? 5 : 0);
    expect(await read()).toEqual(before);
    await settleAttempts(db, [{ ...leased, outcome: { kind: "released" }, timings: {} }], decideFor);
    expect(await read()).toMatchObject({ status: "queued", at_once: !before.at_once });
  });

  it("counts the time until a retry by the clock of the database", async () => {
    const { db, decideFor } = services.store;
    const example = twoSteps("retries: { attempts: 2, backoff: { type: fixed, delay: 40s } }");
    const leased = await leaseOne(services, await open(example), 60_000);
    const error = { code: "PROVIDER_FAILED", message: "busy" };
    const failed = { kind: "failed", error, retry: true } as const;
    vi.useFakeTimers({ now: Date.now() + 24 * 3_600_000, toFake: ["Date"] });
    try {
      await settleAttempts(db, [{ ...leased, outcome: failed, timings: {} }], decideFor);
    } finally {
      vi.useRealTimers();
    }
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from ready_at - now())::float8 as seconds from tasks where uuid = ${leased.taskUUID}`.execute(
      db,
    );
    expect(rows[0]?.seconds).toBeGreaterThan(10);
    expect(rows[0]?.seconds).toBeLessThanOrEqual(40);
  });

  it("decides with a single connection", async () => {
    const one = await openServices(
      readConfig({ MASKLOOM_HOME: home, DATABASE_CONNECTIONS: "1" }),
      () => undefined,
    );
    try {
      const leased = await leaseOne(services, await open(), 60_000);
      const end = { ...leased, outcome: { kind: "released" }, timings: {} } as const;
      const settled = await settleAttempts(one.store.db, [end], one.store.decideFor);
      expect(settled.accepted.size).toBe(1);
    } finally {
      await one.close();
    }
  });

  it("ends runs whose submitter died before they began, and batches that nobody completes", async () => {
    const { store } = services;
    const batch = await open();
    const [orphan, young] = [newRunUUID(), newRunUUID()];
    for (const runUUID of [orphan, young]) {
      await createRuns(store.db, [{ ...batch, runUUID, file: "a.png" }]);
    }
    await sql`update runs set created_at = now() - interval '1 hour' where uuid = ${orphan}`.execute(
      store.db,
    );
    await sweepAbandoned(store.db);
    const runs = await readRuns(store.db, LOCAL_OWNER, [orphan, young]);
    expect(runs.map((run) => [run.status, run.error?.code])).toEqual([
      ["failed", "WORKER_LOST"],
      ["queued", undefined],
    ]);
    await cancelRuns(store.db, LOCAL_OWNER, { runs: [young] });
    await sql`update batches set created_at = now() - interval '2 hours' where uuid = ${batch.batchUUID}`.execute(
      store.db,
    );
    await sweepAbandoned(store.db);
    await endBatches(store.db, "all");
    expect(await readBatchStatus(store.db, batch.batchUUID)).toBe("ended");
  });
});

/** A run of one picture; `meanwhile` happens while the picture is read. */
async function submitTo(
  { store }: Services,
  batch: Batch,
  meanwhile: (runUUID: RunUUID) => Promise<void> = async () => undefined,
): Promise<RunUUID> {
  const prepare = async (runUUID: RunUUID) => {
    await meanwhile(runUUID);
    return { inputs: { image: { uuid: randomUUID(), meta: {} } }, identity: null };
  };
  const [run] = await submitRuns(store, batch, [{ file: "a.png", prepare }]);
  if (run === undefined) throw new Error("no run");
  return run.runUUID;
}

async function tasksOf({ store }: Services, batch: Batch): Promise<TaskUUID[]> {
  const rows = await store.db
    .selectFrom("tasks")
    .select("uuid")
    .where("batch_uuid", "=", batch.batchUUID)
    .execute();
  return rows.map((row) => row.uuid);
}

async function leaseOne(services: Services, batch: Batch, leaseMs: number): Promise<LeasedTask> {
  await submitTo(services, batch);
  const { db } = services.store;
  const own = new Set(await tasksOf(services, batch));
  const ready = (await takeReady(db, 10, 0)).filter((delivery) => own.has(delivery.taskUUID));
  const [leased] = await leaseTasks(db, ready, "a worker", leaseMs);
  if (leased === undefined) throw new Error("nothing was ready");
  return leased;
}

async function untilWaitingForLock({ store }: Services): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await sql`select 1 from pg_locks where not granted`.execute(store.db);
    expect(rows).not.toEqual([]);
  }, PATIENCE);
}
