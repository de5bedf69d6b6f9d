import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueueList } from "../../src/contracts/actions.ts";
import { Found, Overview, WorkerList } from "../../src/contracts/overview.ts";
import { RunCount, RunPage } from "../../src/contracts/run-list.ts";
import { createLogger } from "../../src/log.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { Schema } from "../../src/store/schema.ts";
import { forgetWorker, seeWorker } from "../../src/store/sweep.ts";
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
    expect(masking).toMatchObject({ limits: null, waiting: 1, running: 0, paused: false });
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
    await batchIs("ended");
    await sql`delete from tasks where uuid = seed_uuid('waits')`.execute(db);
  });

  it("tells of each worker what it is and what it has under way, to others only how much", async () => {
    const worker = { id: "here-1", host: "here", pid: 1, version: "1.2.3", memoryBytes: 5e8 };
    await seeWorker(db, { ...worker, concurrency: { masking: 2 } }, 60_000);
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
        tasks: [{ step: "faces" }],
      },
    ]);
    const { key } = await makeKey(host, { owner: "somebody" });
    const theirs = WorkerList.parse(await (await asking(server.url, key)("/api/workers")).json());
    expect(theirs.workers).toMatchObject([{ running: 1, tasks: [] }]);
    await seeWorker(db, { ...worker, concurrency: { masking: 2 }, draining: true }, 60_000);
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
