import { createHash, randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { type ArtifactUUID, type BatchUUID, type Digest, newArtifactUUID } from "../../src/contracts/ids.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { addArtifacts, findArtifact } from "../../src/store/artifacts.ts";
import { throughOutages } from "../../src/store/connection-loss.ts";
import { appendEvents, currentCursor, readEvents } from "../../src/store/events.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { RELAXED } from "../../src/store/relaxed.ts";
import { readRuns } from "../../src/store/views.ts";
import { type PostgresProcess, startPostgresProcess } from "../chaos/postgres-process.ts";
import { twoSteps } from "../engine/two-steps.ts";
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
