import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { readInstallationState } from "../../src/store/installation-reading.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { pauseQueue, resumeQueue } from "../../src/store/queue-pauses.ts";
import { readRuns } from "../../src/store/views.ts";
import { startDelivering } from "../../workers/keep-delivering.ts";
import { startWorker, type TaskRun } from "../../workers/worker.ts";
import { hasRedisServer, startRedisServer } from "../conformance/redis-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

describe("what workers are scaled by", () => {
  let host: ServerHost;
  beforeAll(async () => {
    host = await openServerHost();
    const { url } = await host.start();
    for (const _ of [1, 2])
      expect((await fetch(`${url}/api/runs`, { method: "POST", body: await pictureForm() })).ok).toBe(true);
  });
  afterAll(() => host.stop());

  const waiting = async () => {
    const { queues } = await readInstallationState(host.services.store.db);
    return queues.find(({ queue }) => queue === "masking")?.waiting;
  };

  it("is what a worker more could do at once: not what is due later, and nothing of what is paused", async () => {
    const { db } = host.services.store;
    expect(await waiting()).toBe(2);
    await sql`update tasks set ready_at = now() + interval '1 hour'
      where uuid = (select uuid from tasks where queue = 'masking' and status = 'queued' limit 1)`.execute(
      db,
    );
    expect(await waiting()).toBe(1);
    await pauseQueue(db, "masking");
    expect(await waiting()).toBe(0);
    await resumeQueue(db, "masking");
    expect(await waiting()).toBe(1);
    await sql`update batches set status = 'paused'`.execute(db);
    expect(await waiting()).toBe(0);
  });
});

describe.skipIf(mayBeMissing && !hasRedisServer())("a server whose Redis goes away", () => {
  it("still takes in what is asked for, and says that it is degraded instead of being sent nothing any more", async () => {
    const redis = await startRedisServer();
    const host = await openServerHost({ REDIS_URL: redis.url });
    const { url } = await host.start();
    const readiness = async () => {
      const answer = await fetch(`${url}/readyz`);
      return [answer.status, await answer.json()];
    };
    expect(await readiness()).toEqual([200, { status: "ready", missing: [] }]);
    await redis.stop();
    expect(await readiness()).toEqual([200, { status: "degraded", missing: ["queue"] }]);
    const answer = await fetch(`${url}/api/runs`, { method: "POST", body: await pictureForm() });
    expect([answer.status, await answer.json()]).toMatchObject([202, { status: "queued" }]);
    await host.stop();
  });
});

describe.skipIf(mayBeMissing && !hasRedisServer())("a worker whose Redis goes away", () => {
  const LONG = 3_600_000;

  it("ends when it is told to, once what it has in hand is done, instead of waiting for its grace to be over", async () => {
    const redis = await startRedisServer();
    const host = await openServerHost({ REDIS_URL: redis.url });
    const { store, queues } = host.services;
    const { url } = await host.start();
    const settings = { store, queues, onError: () => undefined };
    const idle = await startWorker({
      ...{ ...settings, id: "idle", concurrency: { outside: 1 } },
      execute: () => Promise.reject(new Error("there is nothing to do")),
    });
    let finish: (result: TaskRun) => void = () => undefined;
    const begun = vi.fn();
    const busy = await startWorker({
      ...{ ...settings, id: "busy", concurrency: { masking: 1 } },
      execute: () => {
        begun();
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const delivering = startDelivering(store, queues, { onError: () => undefined });
    const { runUUID } = (await (
      await fetch(`${url}/api/runs`, { method: "POST", body: await pictureForm() })
    ).json()) as RunDetail;
    await vi.waitFor(() => expect(begun).toHaveBeenCalled(), { timeout: 30_000 });
    await redis.stop();
    await idle.close(LONG);

    const closed = vi.fn();
    const closing = busy.close(LONG).then(closed);
    await sleep(500);
    expect(closed).not.toHaveBeenCalled();
    finish({ result: { kind: "skipped", output: null, warnings: [], cost: null }, timings: {} });
    await closing;
    const [run] = await readRuns(store.db, LOCAL_OWNER, [runUUID]);
    expect(run?.tasks[0]?.status).toBe("skipped");
    await delivering.stop();
    await host.stop();
  });
});
