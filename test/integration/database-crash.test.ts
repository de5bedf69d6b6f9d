import { createHash, randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { providersOf } from "../../src/config/provider-settings.ts";
import {
  type ArtifactUUID,
  type BatchUUID,
  type Digest,
  newArtifactUUID,
  type RunUUID,
} from "../../src/contracts/ids.ts";
import type { Outcome } from "../../src/engine/run-state.ts";
import { MaskloomError } from "../../src/errors.ts";
import { createRunWatch } from "../../src/runs/api/run-watch.ts";
import { createCallDesk } from "../../src/runs/calls/call-desk.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { type Batch, openBatch, submitRuns } from "../../src/runs/submit.ts";
import { readApiProgress } from "../../src/store/api-progress.ts";
import { addArtifacts, findArtifact } from "../../src/store/artifacts.ts";
import { endCall, reserveCall } from "../../src/store/calls.ts";
import { throughOutages } from "../../src/store/connection-loss.ts";
import { takeReady } from "../../src/store/deliveries.ts";
import { appendEvents, currentCursor, readEvents } from "../../src/store/events.ts";
import { findHeldLeases, type LeasedTask, leaseTasks, renewLeases } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { RELAXED } from "../../src/store/relaxed.ts";
import { settleAttempts } from "../../src/store/settle-tasks.ts";
import { sweepExpiredLeases } from "../../src/store/sweep.ts";
import { addLogLines, readTaskLog } from "../../src/store/task-logs.ts";
import { readRuns } from "../../src/store/views.ts";
import { createExecutor } from "../../workers/execute-task.ts";
import { hookWorkflow } from "../chaos/held-hooks.ts";
import { type PostgresProcess, startPostgresProcess } from "../chaos/postgres-process.ts";
import { type PreparedExample, prepareExample, twoSteps } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

/* What was acknowledged and is referred to later must outlive a crash of the database in between. */

let home: string;
let postgres: PostgresProcess;
let services: Services;

beforeAll(async () => {
  home = await makeTemporaryHome();
  postgres = await startPostgresProcess();
  const environment = { MASKLOOM_HOME: home, DATABASE_URL: postgres.url, LOG_LEVEL: "silent" };
  services = await openServices(readConfig(environment), () => undefined);
});
afterAll(async () => {
  await services?.close();
  await postgres?.remove();
  await removeTemporaryHome(home);
});

/** From now on, commits that do not wait for the disk are not written by themselves for a long time. */
async function letCommitsWait(): Promise<void> {
  await sql`alter system set wal_writer_delay = '10s'`.execute(services.store.db);
  await sql`select pg_reload_conf()`.execute(services.store.db);
}

/** As workers lease tasks: each commit is on its own, and does not wait for the disk. */
async function tellWithoutDisk(batch: BatchUUID, times: number): Promise<void> {
  const insert = sql`with relaxed as materialized (${RELAXED})
    insert into events (type, owner_uuid, batch_uuid) select 'task.started', ${LOCAL_OWNER}, ${batch} from relaxed`;
  for (let at = 0; at < times; at += 1) await insert.execute(services.store.db);
}

/** @returns how many tasks the run has that was begun while the database crashed, once `prepare` had done its part */
async function tasksOfARunBegunOver(image: ArtifactUUID, prepare: () => Promise<void>): Promise<number[]> {
  const { store } = services;
  await letCommitsWait();
  const batch = await openBatch(store, { ...twoSteps(), owner: LOCAL_OWNER, inputs: {}, interactive: true });
  const crash = async () => {
    await prepare();
    await postgres.crash();
    await postgres.start();
    return { inputs: { image: { uuid: image, meta: {} } }, identity: null };
  };
  const submissions = [{ file: "a.png", prepare: crash }];
  const submitted = await submitRuns(store, batch, submissions, { write: throughOutages });
  const uuids = submitted.map(({ runUUID }) => runUUID);
  const runs = await throughOutages(() => readRuns(store.db, LOCAL_OWNER, uuids));
  return runs.map(({ tasks }) => tasks.length);
}

it("a run begins when the database has crashed since its row was written", async () => {
  expect(await tasksOfARunBegunOver(newArtifactUUID(), async () => undefined)).toEqual([2]);
});

it("who follows the events misses none that comes after a crash of the database", async () => {
  const { db } = services.store;
  await letCommitsWait();
  const batch = randomUUID() as string as BatchUUID;
  const start = await currentCursor(db);
  await tellWithoutDisk(batch, 20);
  const before = await readEvents(db, start, { batch }, 100);
  expect(before.events).toHaveLength(20);
  await postgres.crash();
  await postgres.start();
  await throughOutages(() => appendEvents(db, [{ type: "batch.ended", owner: LOCAL_OWNER, batch }]));
  const after = await readEvents(db, before.cursor, { batch }, 100);
  expect(after.events.map(({ type }) => type)).toEqual(["batch.ended"]);
});

it("who begins to follow the events misses none that comes after a crash of the database", async () => {
  const { db } = services.store;
  await letCommitsWait();
  const batch = randomUUID() as string as BatchUUID;
  /* Their transactions' numbers go with them, and are given again. */
  await tellWithoutDisk(batch, 20);
  const start = await currentCursor(db);
  await postgres.crash();
  await postgres.start();
  await throughOutages(() => appendEvents(db, [{ type: "batch.ended", owner: LOCAL_OWNER, batch }]));
  const { events } = await readEvents(db, start, { batch }, 100);
  expect(events.map(({ type }) => type)).toEqual(["batch.ended"]);
});

it("a picture has its name when the database has crashed since it was given", async () => {
  const { db } = services.store;
  const uuid = newArtifactUUID();
  const name = {
    uuid,
    digest: createHash("sha256").update(uuid).digest("hex") as string as Digest,
    owner: LOCAL_OWNER,
    kind: "input",
    taskUUID: null,
    bytes: 1,
    mediaType: "image/png",
    width: 1,
    height: 1,
  } as const;
  await tasksOfARunBegunOver(uuid, () => addArtifacts(db, [name]));
  expect(await throughOutages(() => findArtifact(db, LOCAL_OWNER, uuid))).toMatchObject({ uuid });
});

/* Its number goes with the lease that the database forgot, and is given again: to another worker, or to the same. */
it.each(["a worker", "another worker"])(
  "a task is only whose lease of it the database remembers, where %s has it next",
  async (next) => {
    const { store } = services;
    await letCommitsWait();
    const { batch } = await beginOne();
    const forgotten = await leaseOnly(batch, "a worker");
    await postgres.crash();
    await postgres.start();
    const current = await throughOutages(() => leaseOnly(batch, next));
    expect(current).toMatchObject({ taskUUID: forgotten.taskUUID, attempt: forgotten.attempt });

    const { db } = store;
    expect((await findHeldLeases(db, [forgotten], "a worker")).size).toBe(0);
    expect((await renewLeases(db, [forgotten], "a worker", 60_000)).size).toBe(0);
    expect(await reserve(forgotten)).toEqual({ kind: "lost" });
    expect(await settle(forgotten)).toBe(0);

    expect((await findHeldLeases(db, [current], next)).size).toBe(1);
    expect((await renewLeases(db, [current], next, 60_000)).size).toBe(1);
    expect(await reserve(current)).toEqual({ kind: "reserved" });
    expect(await settle(current)).toBe(1);
  },
);

it("a call that another attempt sent is gone on with only under a lease that a crash of the database leaves", async () => {
  const { store } = services;
  const { db } = store;
  await letCommitsWait();
  const { batch } = await beginOne();
  const first = await leaseOnly(batch, "a worker", 0);
  const callUUID = randomUUID();
  expect(await reserve(first, callUUID)).toEqual({ kind: "reserved" });
  await sweepExpiredLeases(db, store.decideFor);
  const second = await leaseOnly(batch, "another worker");
  const desk = createCallDesk(store, { onCircuits: () => undefined, onSpent: () => undefined });
  onTestFinished(() => desk.close());
  const sent: string[] = [];
  const [settings] = providersOf([{ id: "farm", kind: "runware", prices: { "*": 0.1 }, retries: 0 }], {});
  if (settings === undefined) throw new Error("no provider");
  /* It is sent again, and then the database crashes. */
  const making = desk.make({
    maker: second,
    provider: "farm",
    places: [
      {
        settings,
        model: "runware:101@1",
        async perform(call) {
          sent.push(call.callUUID);
          await postgres.crash();
          await postgres.start();
          throw new MaskloomError("CALL_OPEN", "the provider is painting");
        },
      },
    ],
    region: 0,
    key: "k",
    request: {},
    signal: AbortSignal.timeout(60_000),
    restore: async () => null,
  });
  await expect(making).rejects.toBeInstanceOf(MaskloomError);
  expect(sent).toEqual([callUUID]);
  /* The first attempt comes back, and says of its own request that it came to nothing. */
  const end = { state: "failed", by: first } as const;
  expect(await throughOutages(() => endCall(db, callUUID, end))).toBeNull();
});

it("a result that was told before its run has ended is there when the database has crashed since", async () => {
  const { store } = services;
  await letCommitsWait();
  const { batch, runUUID } = await beginOne();
  const watch = createRunWatch(store, () => undefined);
  onTestFinished(() => watch.close());
  const following = watch.follow(runUUID, true);
  const output = { maskImage: newArtifactUUID(), detections: [] };
  await settle(await leaseOnly(batch, "a worker"), { kind: "succeeded", output, warnings: [], cost: null });
  const told = await following.next();
  following.stop();
  expect(told?.steps).toMatchObject([{ step: "faces", output }]);
  await postgres.crash();
  await postgres.start();
  const progress = await throughOutages(() => readApiProgress(store.db, [runUUID]));
  expect(progress.get(runUUID)).toEqual(told);
});

it("who follows a task's log misses no line that comes after a crash of the database", async () => {
  const { db } = services.store;
  await letCommitsWait();
  const { batch } = await beginOne();
  const { taskUUID, attempt } = await leaseOnly(batch, "a worker");
  const line = { taskUUID, attempt, at: new Date().toISOString(), level: "info", data: {} } as const;
  /* More than PostgreSQL takes of a sequence's numbers in advance, so that some would be given again. */
  const before = Array.from({ length: 70 }, (_, at) => ({ ...line, message: `line ${at}` }));
  await addLogLines(db, before);
  const read = (after: number) => readTaskLog(db, LOCAL_OWNER, taskUUID, { after, limit: 100 });
  const told = (await read(0)) ?? [];
  expect(told).toHaveLength(before.length);
  await postgres.crash();
  await postgres.start();
  await throughOutages(() => addLogLines(db, [{ ...line, message: "and on" }]));
  expect((await read(told.at(-1)?.id ?? 0))?.map(({ message }) => message)).toEqual(["and on"]);
});

it("what a step sends outside is sent only under a lease that a crash of the database leaves", async () => {
  const { store, artifacts } = services;
  await letCommitsWait();
  const { batch } = await beginOne(prepareExample(hookWorkflow("http://receiver")));
  const leased = await leaseOnly(batch, "a worker");
  const images = { unkept: {} };
  const outside = {
    async send() {
      await postgres.crash();
      await postgres.start();
      return { status: 200 };
    },
  };
  const parts = { artifacts, images, outside, webhookSecret: async () => new Uint8Array(1) };
  const execute = createExecutor(store, parts as never);
  const { result } = await execute(leased, new AbortController().signal, {} as never);
  expect(result.kind).toBe("succeeded");
  const held = await throughOutages(() => findHeldLeases(store.db, [leased], "a worker"));
  expect(held.get(leased.taskUUID)).toBe(leased.lease);
});

/** A batch of one run, whose first task is ready. */
async function beginOne(example: PreparedExample = twoSteps()): Promise<{ batch: Batch; runUUID: RunUUID }> {
  const { store } = services;
  const batch = await openBatch(store, { ...example, owner: LOCAL_OWNER, inputs: {}, interactive: true });
  const inputs = { image: { uuid: newArtifactUUID(), meta: {} } };
  const prepare = async () => ({ inputs, identity: null });
  const [submitted] = await submitRuns(store, batch, [{ file: "a.png", prepare }]);
  if (submitted === undefined) throw new Error("nothing was submitted");
  return { batch, runUUID: submitted.runUUID };
}

async function leaseOnly({ batchUUID }: Batch, worker: string, leaseMs = 60_000): Promise<LeasedTask> {
  const { db } = services.store;
  const leased = await leaseTasks(db, await takeReady(db, 10, 10_000), worker, leaseMs);
  const own = leased.find((task) => task.batchUUID === batchUUID);
  if (own === undefined) throw new Error("nothing was ready");
  return own;
}

const reserve = (maker: LeasedTask, callUUID: string = randomUUID()) =>
  reserveCall(services.store.db, {
    ...{
      callUUID,
      maker,
      region: 0,
      key: "k",
      provider: "farm",
      model: "runware:101@1",
      price: 0.1,
    },
    ...{ caps: {}, request: {} },
  });

async function settle(leased: LeasedTask, outcome: Outcome = { kind: "released" }): Promise<number> {
  const { db, decideFor } = services.store;
  const end = { ...leased, outcome, timings: {} };
  return (await settleAttempts(db, [end], decideFor)).accepted.size;
}
