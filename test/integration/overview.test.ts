import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueueList } from "../../src/contracts/actions.ts";
import { BatchPage, BatchView } from "../../src/contracts/api.ts";
import { Found, Overview, WorkerList } from "../../src/contracts/overview.ts";
import { RunCount, RunPage } from "../../src/contracts/run-list.ts";
import { createLogger } from "../../src/logging/log.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { forgetWorker, seeWorker } from "../../src/store/living-workers.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { Schema } from "../../src/store/schema.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { seedRuns } from "./seed-runs.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

describe("the whole at a glance", () => {
  let host: ServerHost;
  let server: RunningServer;
  let db: Kysely<Schema>;
  beforeAll(async () => {
    host = await openServerHost();
    db = host.services.store.db;
    await seedRuns(db, 1_000);
    await sql`insert into calls (uuid, task_uuid, attempt, region, provider, model, key, state, reserved_cost, real_cost, owner_uuid,
        batch_uuid, run_uuid, created_at)
      select gen_random_uuid(), uuid, 1, 0, 'runware', 'some', 'k', 'answered', 1, cost, owner_uuid, batch_uuid, run_uuid, created_at
      from tasks where cost is not null`.execute(db);
    server = await host.start({}, { log: createLogger("error") });
  });
  afterAll(() => host.stop());

  const get = async (path: string) => (await fetch(new URL(path, server.url))).json();

  it("counts what runs, what ended in each hour, what failed and what it cost today", async () => {
    const overview = Overview.parse(await get("/api/overview?today=2000-01-01T00:00:00Z"));
    /* One begins every 12 seconds; each lasts up to a minute, so that the last may end in the future: not yet. */
    expect(overview.runs).toMatchObject({ queued: 0, running: 1, review: 0 });
    expect(overview.runs.finishedLastDay).toBe(999);
    expect(overview.runs.failedLastDay).toBe(20 + 3);
    expect(overview.hours.at(-1)?.finished).toBe(overview.runs.finishedLastHour);
    expect(overview.hours.reduce((sum, { finished }) => sum + finished, 0)).toBe(999);
    expect(overview.runs.finishedLastHour).toBeGreaterThan(290);
    expect(overview.costToday).toBeCloseTo(4.5, 6);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(Overview.parse(await get(`/api/overview?today=${tomorrow}`)).costToday).toBe(0);
  });

  it("counts for an owner only what is theirs", async () => {
    const { key } = await makeKey(host, { owner: "somebody" });
    const theirs = Overview.parse(await (await asking(server.url, key)("/api/overview")).json());
    expect([theirs.runs.running, theirs.runs.finishedLastDay, theirs.costToday]).toEqual([0, 0, 0]);
    const count = RunCount.parse(await (await asking(server.url, key)("/api/runs/count")).json());
    expect(count).toEqual({ count: 0, isExact: true });
  });

  it("counts what waits for somebody, by what is to be done about it", async () => {
    const waiting = async () => Overview.parse(await get("/api/overview")).waiting;
    expect(await waiting()).toEqual({ review: 0, held: 0, uncertain: 0 });
    const stand = (status: string, names: readonly string[]) =>
      sql`update tasks set status = ${status} where uuid = any(array(
        select seed_uuid(name) from unnest(${names}::text[]) name))`.execute(db);
    await stand("review", ["faces100", "faces101", "faces102"]);
    await stand("held", ["detail103", "detail104"]);
    await stand("uncertain", ["detail105"]);
    expect(await waiting()).toEqual({ review: 3, held: 2, uncertain: 1 });
    const { key } = await makeKey(host, { owner: "nobody-waits" });
    const theirs = Overview.parse(await (await asking(server.url, key)("/api/overview")).json());
    expect(theirs.waiting).toEqual({ review: 0, held: 0, uncertain: 0 });
    await stand("succeeded", ["faces100", "faces101", "faces102", "detail103", "detail104", "detail105"]);
  });

  it("lists batches with their first pictures: results, or what they are made of, but none that nobody can show", async () => {
    const { batches } = BatchPage.parse(await get("/api/batches?single=true&limit=2"));
    const shown = batches.map(({ pictures }) => pictures.map(({ file }) => Number(/\d+/.exec(file)?.[0])));
    /* Of the first the second failed and can be shown; of the other it could not be read. */
    expect(shown).toEqual([
      [950, 951, 952, 953, 954],
      [900, 902, 903, 904, 905],
    ]);
    const pictures = batches[0]?.pictures.slice(0, 2).map(({ picture }) => picture);
    const { rows } = await sql<{ uuid: string }>`
      select seed_uuid(name) as uuid from unnest(array['output950', 'input951']) name`.execute(db);
    expect(pictures).toEqual(rows.map(({ uuid }) => uuid));
  });

  it("says of a batch why runs failed, and what others went on without", async () => {
    const stand = (status: string, error: object | null) =>
      sql`update tasks set status = ${status}, error = ${error === null ? null : JSON.stringify(error)}::jsonb
        where uuid = seed_uuid('detail5')`.execute(db);
    await stand("failed", { code: "PROVIDER_FAILED", message: "it broke" });
    const { rows } = await sql<{ uuid: string }>`select seed_uuid('batch0') as uuid`.execute(db);
    const { failures } = BatchView.parse(await get(`/api/batches/${rows[0]?.uuid}`));
    expect(failures).toEqual([
      { code: "IMAGE_UNREADABLE", runs: 1, partial: 0, example: "file 1 could not be used" },
      { code: "PROVIDER_FAILED", runs: 1, partial: 1, example: "it broke" },
    ]);
    await stand("succeeded", null);
  });

  it("lists runs by what the query says, and refuses what it cannot mean", async () => {
    const page = RunPage.parse(await get("/api/runs?status=failed,partial&limit=20"));
    expect(page.runs.map(({ status }) => status)).toContain("partial");
    expect(page.next).toBe(page.runs[19]?.runUUID);
    expect(await get("/api/runs/count?status=failed,partial")).toEqual({ count: 23, isExact: true });
    for (const query of ["status=lost", "from=yesterday", "costMin=cheap", "tag=two words", "sort=file"]) {
      const response = await fetch(new URL(`/api/runs?${query}`, server.url));
      expect([query, response.status]).toEqual([query, 400]);
    }
  });

  const batchIs = (status: string) =>
    sql`update batches set status = ${status} where uuid = seed_uuid('batch0')`.execute(db);

  it("tells of each queue what waits, and how it went lately", async () => {
    await sql`insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, task_type, status, queue, queued_at) values
      (seed_uuid('waits'), seed_uuid('run1'), seed_uuid('batch0'), ${LOCAL_OWNER}, 'w', 'imageMasking', 'queued', 'masking',
        now() - interval '90 seconds')`.execute(db);
    await batchIs("running");
    const { queues } = QueueList.parse(await get("/api/queues"));
    const masking = queues.find(({ queue }) => queue === "masking");
    expect(masking).toMatchObject({ limits: null, waiting: 1, delayed: 0, running: 0, paused: false });
    expect(masking?.oldestWaitSeconds).toBeGreaterThanOrEqual(90);
    expect(masking?.recent.perMinute).toBeCloseTo(5, 0);
    expect(masking?.recent.failureRate).toBe(0);
    expect(masking?.recent.minutes).toHaveLength(15);
    const inMinutes = masking?.recent.minutes.reduce((sum, { ended }) => sum + ended, 0) ?? 0;
    expect(inMinutes / 15).toBeCloseTo(masking?.recent.perMinute ?? 0, 6);
    expect(masking?.recent.minutes.at(7)?.ended).toBe(5);
    expect(masking?.recent.steps).toMatchObject([
      { taskType: "imageMasking", provider: "local", p50: 2000, p95: 2000, p99: 2000 },
    ]);
    expect(queues.find(({ queue }) => queue === "outside")).toMatchObject({
      oldestWaitSeconds: null,
      recent: { perMinute: 0, failureRate: null, steps: [] },
    });
    const stopped = async (status: string) => {
      await batchIs(status);
      const list = QueueList.parse(await get("/api/queues"));
      return list.queues.find(({ queue }) => queue === "masking");
    };
    expect(await stopped("paused")).toMatchObject({ waiting: 0, waitingPaused: 1, oldestWaitSeconds: null });
    expect(await stopped("cancelled")).toMatchObject({ waiting: 0, waitingPaused: 0 });
    await sql`update tasks set ready_at = now() + interval '1 minute' where uuid = seed_uuid('waits')`.execute(
      db,
    );
    expect(await stopped("running")).toMatchObject({ waiting: 0, delayed: 1, oldestWaitSeconds: null });
    await batchIs("ended");
    await sql`delete from tasks where uuid = seed_uuid('waits')`.execute(db);
  });

  it("tells of each worker what it is and what it has under way, to others only how much", async () => {
    const worker = { id: "here-1", host: "here", pid: 1, version: "1.2.3", memoryBytes: 5e8 };
    await seeWorker(db, { ...worker, concurrency: { masking: 2 } });
    await sql`update tasks set status = 'running', lease_worker = 'here-1', ended_at = null
      where uuid = seed_uuid('faces7')`.execute(db);
    const { workers } = WorkerList.parse(await get("/api/workers"));
    expect(workers).toMatchObject([
      {
        ...worker,
        queues: ["masking"],
        concurrency: { masking: 2 },
        isAlive: true,
        isDraining: false,
        running: 1,
        tasks: [{ step: "faces", file: "studio/IMG_0000007.jpg" }],
      },
    ]);
    const { key } = await makeKey(host, { owner: "somebody" });
    const theirs = WorkerList.parse(await (await asking(server.url, key)("/api/workers")).json());
    expect(theirs.workers).toMatchObject([{ running: 1, tasks: [] }]);
    await seeWorker(db, { ...worker, concurrency: { masking: 2 }, draining: true });
    expect(WorkerList.parse(await get("/api/workers")).workers[0]?.isDraining).toBe(true);
    await sql`update workers set seen_at = now() - interval '20 seconds'`.execute(db);
    expect(WorkerList.parse(await get("/api/workers")).workers[0]?.isAlive).toBe(false);
    await forgetWorker(db, worker.id);
    expect(WorkerList.parse(await get("/api/workers")).workers).toEqual([]);
  });

  it("says what a UUID is, in whatever case, and where it is shown", async () => {
    const response = await fetch(new URL("/api/runs", server.url), {
      method: "POST",
      body: await pictureForm(),
    });
    const run = (await response.json()) as {
      runUUID: string;
      batchUUID: string;
      tasks: { taskUUID: string }[];
      inputs: { image: { uuid: string } };
    };
    const { runUUID, batchUUID, tasks, inputs } = run;
    const taskUUID = tasks[0]?.taskUUID ?? "";
    const find = async (uuid: string) => Found.parse(await get(`/api/find/${uuid.toUpperCase()}`));
    expect(await find(runUUID)).toMatchObject({ kind: "run", page: `/runs/${runUUID}`, batchUUID });
    expect(await find(taskUUID)).toMatchObject({
      kind: "task",
      page: `/tasks/${taskUUID}`,
      runUUID,
      batchUUID,
    });
    expect(await find(batchUUID)).toMatchObject({
      kind: "batch",
      page: `/batches/${batchUUID}`,
      runUUID: null,
    });
    expect(await find(inputs.image.uuid)).toMatchObject({
      kind: "artifact",
      page: `/runs/${runUUID}`,
      runUUID,
    });
    const nothing = await fetch(new URL(`/api/find/${randomUUID()}`, server.url));
    expect(nothing.status).toBe(404);
  });
});
