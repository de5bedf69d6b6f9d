import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { pauseBatch, pauseFailing, readBatchStatus } from "../../src/store/batches.ts";
import { takeReady } from "../../src/store/deliveries.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const PATIENCE = { timeout: 30_000, interval: 10 };

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

it.each([
  ["a batch whose pictures fail", pauseFailing],
  ["the batch of a command that stops", pauseBatch],
])("%s is paused although a worker's commit and the pause wait for each other", async (_what, pause) => {
  const { store } = services;
  const batch = await openBatch(store, { ...twoSteps(), owner: LOCAL_OWNER, inputs: {}, interactive: true });
  const prepare = async () => ({ inputs: { image: { uuid: randomUUID(), meta: {} } }, identity: null });
  const submissions = ["a.png", "b.png"].map((file) => ({ file, prepare }));
  const [failing] = await submitRuns(store, batch, submissions);
  await takeReady(store.db, 10, 0);
  await sql`update batches set max_failures = 1 where uuid = ${batch.batchUUID}`.execute(store.db);
  await sql`update runs set status = 'failed', ended_at = now() where uuid = ${failing?.runUUID}`.execute(
    store.db,
  );

  const worker = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
  await worker.connect();
  try {
    /* Whoever waits longest looks for deadlocks first, and is ended: not this one. */
    await worker.query("begin; set local deadlock_timeout = '1h'");
    await worker.query("update tasks set status = status where batch_uuid = $1", [batch.batchUUID]);
    const paused = store.db.connection().execute(async (db) => {
      /* It looks once, that long after it began to wait: by then the other one waits for it, too. */
      await sql`set deadlock_timeout = '15s'`.execute(db);
      return pause(db, batch.batchUUID).finally(() => sql`reset deadlock_timeout`.execute(db));
    });
    paused.catch(() => undefined); // looked at below
    await vi.waitFor(async () => {
      const { rows } = await sql`select 1 from pg_locks where not granted`.execute(store.db);
      expect(rows).not.toEqual([]);
    }, PATIENCE);
    await worker.query("update batches set priority = priority where uuid = $1", [batch.batchUUID]);
    await worker.query("commit");
    expect(await paused).toBe(true);
  } finally {
    await worker.end();
  }
  expect(await readBatchStatus(store.db, batch.batchUUID)).toBe("paused");
});
