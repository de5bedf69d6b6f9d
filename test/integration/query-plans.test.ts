import { randomUUID } from "node:crypto";
import { type CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { NotificationKind } from "../../src/config/notification-settings.ts";
import { type BatchUUID, OwnerUUID, type RunUUID } from "../../src/contracts/ids.ts";
import { RunFilter } from "../../src/contracts/run-list.ts";
import { createEventFeed, eventLogOf } from "../../src/runs/event-feed.ts";
import { followFeed } from "../../src/runs/follow.ts";
import { listAudit } from "../../src/store/audit-list.ts";
import { listBatches, readBatch } from "../../src/store/batch-view.ts";
import { collectUnused } from "../../src/store/collect.ts";
import { findStaleDeliveries, takeReady } from "../../src/store/deliveries.ts";
import { appendEvents, currentCursor, readEvents } from "../../src/store/events.ts";
import { findUUID } from "../../src/store/find-uuid.ts";
import { forgetApiTasks } from "../../src/store/forget-api-tasks.ts";
import { forgetEvents } from "../../src/store/forget-events.ts";
import { readInstallationState } from "../../src/store/installation-reading.ts";
import { readGroupQueue, readInstanceLoads } from "../../src/store/instance-loads.ts";
import { dueNotifications, noteNotifications } from "../../src/store/notifications.ts";
import { readOwnerUse } from "../../src/store/owner-list.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { countParked, listParked } from "../../src/store/parked.ts";
import { type Database, openDatabase } from "../../src/store/postgres/database.ts";
import { withPreparedStatements } from "../../src/store/prepared.ts";
import { listQueues, readQueueNames } from "../../src/store/queue-list.ts";
import { listReviews } from "../../src/store/review-list.ts";
import { countRunList, listRuns } from "../../src/store/run-list.ts";
import type { Schema } from "../../src/store/schema.ts";
import {
  countTasksAt,
  findSpillingBatches,
  findUnreserved,
  findWaiting,
  readQueuePace,
} from "../../src/store/spilling.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { sweepAbandoned, sweepExpiredLeases } from "../../src/store/sweep.ts";
import { readRuns } from "../../src/store/views.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { seedRuns } from "./seed-runs.ts";

/* What is asked again and again looks at what it needs, not at everything that ever was. */

const RUNS = 25_000;
/** Of one node of a plan. A tenth of what there is would be read by nobody who has an index. */
const MOST_ROWS = 5_000;
const LARGE = ["runs", "tasks", "events", "calls", "artifacts", "attempts"];

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly Plan[];
}

type Ask = (db: Kysely<Schema>) => Promise<unknown>;

describe("with 50,000 tasks, the plan of", () => {
  let home: string;
  let database: Database;
  let store: Store;
  let db: Kysely<Schema>;
  let asked: CompiledQuery[] = [];
  let run: RunUUID;
  let batch: BatchUUID;

  beforeAll(async () => {
    home = await makeTemporaryHome();
    const config = readConfig({ MASKLOOM_HOME: home });
    database = await openDatabase(config);
    store = await openStore(database.pool, database.connection, config.database.schema);
    await seedRuns(store.db, RUNS);
    await sql`insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, at)
      select 'task.ended', owner_uuid, batch_uuid, run_uuid, uuid, ended_at from tasks where ended_at is not null`.execute(
      store.db,
    );
    await sql`update tasks set status = 'queued', ended_at = null where seq in (select seq from tasks order by seq desc limit 300)`.execute(
      store.db,
    );
    await sql`analyze`.execute(store.db);
    db = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: withPreparedStatements(database.pool) }),
      log: ({ query }) => {
        asked.push(query);
      },
    });
    const row = await store.db
      .selectFrom("runs")
      .select(["uuid", "batch_uuid"])
      .limit(1)
      .executeTakeFirstOrThrow();
    [run, batch] = [row.uuid, row.batch_uuid];
  });
  afterAll(async () => {
    await store?.close();
    await database?.close();
    await removeTemporaryHome(home);
  });

  /** The nodes of all its statements that read from a table, as they were really executed. */
  const scansOf = async (ask: Ask): Promise<Plan[]> => {
    asked = [];
    await ask(db);
    const client = await database.pool.connect();
    const scans: Plan[] = [];
    try {
      for (const { sql: text, parameters } of asked) {
        if (!/^\s*(\/\*|with|select|delete|update|insert)/i.test(text)) continue;
        await client.query("begin");
        const { rows } = await client.query<{ "QUERY PLAN": readonly { Plan: Plan }[] }>(
          `explain (analyze, format json) ${text}`,
          [...parameters],
        );
        await client.query("rollback");
        const [plan] = rows[0]?.["QUERY PLAN"] ?? [];
        if (plan !== undefined) scans.push(...nodesOf(plan.Plan));
      }
    } finally {
      client.release();
    }
    return scans.filter((node) => LARGE.includes(node["Relation Name"] ?? ""));
  };
  const filtered =
    (filter: object): Ask =>
    (within) =>
      listRuns(within, LOCAL_OWNER, { ...RunFilter.parse(filter), limit: 50 });

  it.each<[string, Ask]>([
    ["the newest runs", filtered({})],
    ["runs by a part of a name", filtered({ q: "0012345" })],
    ["failed runs", filtered({ status: "failed" })],
    ["runs by a rare model", filtered({ model: "hand-landmarks" })],
    ["runs by a tag", filtered({ tag: "keep" })],
    ["runs with bad seams", filtered({ seamMin: 9.9 })],
    ["expensive runs", filtered({ costMin: 0.099 })],
    ["long runs", filtered({ durationMin: 59 })],
    [
      "the number of failed runs",
      (within) => countRunList(within, LOCAL_OWNER, RunFilter.parse({ status: "failed" })),
    ],
    ["a run with its tasks", (within) => readRuns(within, LOCAL_OWNER, [run])],
    ["what a UUID names", (within) => findUUID(within, LOCAL_OWNER, run)],
    ["batches", (within) => listBatches(within, LOCAL_OWNER, { single: true, limit: 50 })],
    [
      "batches with held tasks",
      (within) => listBatches(within, LOCAL_OWNER, { single: true, limit: 50, status: "held" }),
    ],
    [
      "batches with tasks in review",
      (within) => listBatches(within, LOCAL_OWNER, { single: true, limit: 50, status: "review" }),
    ],
    ["new events", async (within) => readEvents(within, await currentCursor(within), {}, 500)],
    ["events of a run", (within) => readEvents(within, "0.0", { run }, 500)],
    ["events of a batch", (within) => readEvents(within, "0.0", { batch }, 500)],
    ["the dispatcher", (within) => takeReady(within, 128, 5_000)],
    ["the sweeper, for deliveries", (within) => findStaleDeliveries(within, 0, 500)],
    ["the sweeper, for leases", (within) => sweepExpiredLeases(within, store.decideFor)],
    ["the sweeper, for runs that nobody begins", (within) => sweepAbandoned(within)],
    ["queues", (within) => listQueues(within)],
    ["how the installation stands, for its metrics", (within) => readInstallationState(within)],
    [
      "messages that are to be written",
      (within) => noteNotifications(within, { kinds: [...NotificationKind.options], failureRate: 0.2 }),
    ],
    [
      "how the instances of a group are",
      (within) => readInstanceLoads(within, [{ id: "runware", slots: 4, spillMs: null, timeoutMs: 600_000 }]),
    ],
    ["what waits for a group", (within) => readGroupQueue(within, "runware", ["runware"])],
    ["what a provider has to do", (within) => countTasksAt(within, "runware")],
    ["what a provider has not been asked for yet", (within) => findUnreserved(within, "runware", 8)],
    ["batches that let tasks go elsewhere", (within) => findSpillingBatches(within)],
    ["the pace of a queue", (within) => readQueuePace(within, "inpainting-local")],
    [
      "the last of a step that wait",
      (within) => findWaiting(within, { batch, step: "detail", queue: "inpainting-local" }, 8),
    ],
    ["messages that are due", (within) => dueNotifications(within, 20)],
    ["the names of queues", (within) => readQueueNames(within)],
    ["what waits for people", (within) => listReviews(within, LOCAL_OWNER, { limit: 50 })],
    ["what waits for money", (within) => listParked(within, LOCAL_OWNER, { limit: 50 })],
    ["how much waits for money", (within) => countParked(within, LOCAL_OWNER)],
    ["why runs of a batch failed", (within) => readBatch(within, LOCAL_OWNER, batch)],
    ["the audit", (within) => listAudit(within, LOCAL_OWNER, { scope: "own", limit: 50 } as never)],
    ["an owner's limits", (within) => readOwnerUse(within, LOCAL_OWNER)],
    ["pictures to be collected", (within) => collectUnused(within, { keepMs: 1e9, most: 500 })],
    ["tasks of the API to be forgotten", (within) => forgetApiTasks(within, { keepMs: 1e9, most: 500 })],
    ["events to be forgotten", (within) => forgetEvents(within, { keepMs: 2e8, most: 500 })],
  ])("%s goes by an index", async (_, ask) => {
    const scans = await scansOf(ask);
    expect(asked.length).toBeGreaterThan(0);
    expect(scans.filter((node) => node["Node Type"] === "Seq Scan")).toEqual([]);
    expect(scans.filter((node) => rowsOf(node) > MOST_ROWS)).toEqual([]);
  });

  it("of 9,000 single runs of an owner that wait, the dispatcher looks at what it may hand out", async () => {
    const owner = randomUUID();
    await sql`insert into owners (uuid, name) values (${owner}, 'flooding')`.execute(store.db);
    await sql`with opened as (
        insert into batches (uuid, owner_uuid, workflow_digest, workflow_name, resolved, complete)
        select gen_random_uuid(), ${owner}, (select digest from workflows limit 1), 'single', '{}', true from generate_series(1, 9000)
        returning uuid
      ), begun as (
        insert into runs (uuid, batch_uuid, owner_uuid, workflow_digest, file)
        select gen_random_uuid(), uuid, ${owner}, 'single', 'a.png' from opened returning uuid, batch_uuid
      )
      insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, task_type, status, queue, at_once)
      select gen_random_uuid(), uuid, batch_uuid, ${owner}, 'faces', 'imageMasking', 'queued', 'masking', true from begun`.execute(
      store.db,
    );
    await sql`analyze tasks`.execute(store.db);
    const scans = await scansOf((within) => takeReady(within, 128, 5_000));
    expect(scans.filter((node) => rowsOf(node) > 1_100)).toEqual([]);
    expect(scans.filter((node) => node["Node Type"] === "Seq Scan")).toEqual([]);
  });

  it("something that has none is found out", async () => {
    const scans = await scansOf((within) => sql`select * from runs where file = 'nobody'`.execute(within));
    expect(scans.some((node) => node["Node Type"] === "Seq Scan" || rowsOf(node) > MOST_ROWS)).toBe(true);
  });

  it("what thousands of runs went on without is read from their failures alone", async () => {
    const partial = 2_000;
    await sql`
      with chosen as (
        update runs set batch_uuid = ${batch}, status = 'partial', error = null where uuid in (
          select uuid from runs where ended_at is not null and batch_uuid <> ${batch} order by uuid limit ${partial})
        returning uuid
      )
      update tasks t set batch_uuid = ${batch}, status = case when step = 'faces' then 'failed' else status end,
        error = case when step = 'faces' then '{"code":"PROVIDER_FAILED","message":"busy"}'::jsonb end
      from chosen c where c.uuid = t.run_uuid`.execute(store.db);
    /* Those of other batches are none of its business. */
    await sql`
      update tasks set status = 'failed', error = '{"code":"PROVIDER_FAILED","message":"busy"}'
      where uuid in (select uuid from tasks where batch_uuid <> ${batch} and ended_at is not null limit ${4 * partial})`.execute(
      store.db,
    );
    await sql`analyze`.execute(store.db);
    const scans = await scansOf((within) => readBatch(within, LOCAL_OWNER, batch));
    const ofTasks = scans.filter((node) => node["Relation Name"] === "tasks").map(rowsOf);
    expect(ofTasks.length).toBeGreaterThan(0);
    expect(Math.max(...ofTasks)).toBeLessThanOrEqual(partial);
    const view = await readBatch(db, LOCAL_OWNER, batch);
    expect(view?.failures[0]).toMatchObject({ code: "PROVIDER_FAILED", runs: partial, partial });
  });

  it("forgetting events takes the oldest first, so many at a time, until only young ones are left", async () => {
    const keepMs = 2 * 24 * 60 * 60 * 1000;
    const times = async () => {
      const query = sql<{ at: Date; now: Date }>`select at, now() as now from events order by at`;
      const { rows } = await query.execute(db);
      return { all: rows.map(({ at }) => at.getTime()), keptFrom: Number(rows[0]?.now) - keepMs };
    };
    const before = await times();
    expect(await forgetEvents(db, { keepMs, most: 1_000 })).toBe(1_000);
    expect((await times()).all).toEqual(before.all.slice(1_000));
    while ((await forgetEvents(db, { keepMs, most: 10_000 })) > 0);
    const after = await times();
    expect(after.all).toEqual(before.all.slice(-after.all.length));
    /* Some grew old meanwhile, and may be there or not. */
    const youngerThan = (moment: number) => before.all.filter((at) => at >= moment).length;
    expect(after.all.length).toBeGreaterThanOrEqual(youngerThan(after.keptFrom));
    expect(after.all.length).toBeLessThanOrEqual(youngerThan(before.keptFrom));
    expect(after.all.length).toBeGreaterThan(0);
  });

  it("somebody quiet who follows events looks at what came since, not at all that others did", async () => {
    const feed = createEventFeed(eventLogOf({ db, wakeUps: store.wakeUps }), { passMs: 0 });
    const leaving = new AbortController();
    asked = [];
    const following = (async () => {
      const owner = OwnerUUID.parse(randomUUID());
      for await (const event of followFeed(feed, { owner }, "0.0", leaving.signal))
        throw new Error(`nobody's event: ${event.type}`);
    })();
    const since = () =>
      asked.filter(({ sql: text }) => text.includes('from "events"')).map(({ parameters }) => parameters[0]);
    const patience = { timeout: 60_000 };
    /* What was there before it came is asked for once. */
    await vi.waitFor(() => expect(since()).toContain("0"), patience);
    await appendEvents(store.db, [{ type: "run.created", owner: LOCAL_OWNER }]);
    const passed = BigInt((await currentCursor(store.db)).split(".")[0] ?? 0);
    await vi.waitFor(() => expect(BigInt(String(since().at(-1)))).toBeGreaterThanOrEqual(passed), patience);
    leaving.abort();
    await following;
    expect(since().filter((xid) => xid === "0")).toHaveLength(1);
  });
});

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** What was looked at, not what came of it. */
const rowsOf = (node: Plan): number =>
  (node["Actual Rows"] +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0)) *
  node["Actual Loops"];
