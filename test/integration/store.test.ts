import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { ArtifactUUID, BatchUUID, Digest, OwnerUUID } from "../../src/contracts/ids.ts";
import { createEventFeed, eventLogOf } from "../../src/runs/event-feed.ts";
import { followFeed } from "../../src/runs/follow.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { readBatch } from "../../src/store/batch-view.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import {
  appendEvents,
  currentCursor,
  forgetEventsToCome,
  readEvents,
  resumeCursor,
} from "../../src/store/events.ts";
import { keepLeading } from "../../src/store/leadership.ts";
import { migrate } from "../../src/store/migrate.ts";
import * as workflowNameOfABatch from "../../src/store/migrations/0005-workflow-name-of-a-batch.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { listRuns } from "../../src/store/run-list.ts";
import { readRuns, readTask } from "../../src/store/views.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const PATIENCE = { timeout: 30_000, interval: 10 };

describe("the store", () => {
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

  it("gives a reader every event of 20 writers that commit out of order, once and in one order", async () => {
    const { store } = services;
    const batch = randomUUID() as string as BatchUUID;
    const start = await currentCursor(store.db);
    const seen: number[] = [];
    /* A reader that looks all the time, so that it would meet every gap there is. */
    const read = async () => {
      for (let cursor = start; seen.length < 300; ) {
        const page = await readEvents(store.db, cursor, { batch }, 1_000);
        cursor = page.cursor;
        seen.push(...page.events.map((event) => Number(event.data["n"])));
      }
    };
    /* Each writer takes its id at once and commits after a random while, so that later ids become visible first. */
    const write = async (writer: number) => {
      const client = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
      await client.connect();
      for (let round = 0; round < 15; round += 1) {
        await client.query("begin");
        await client.query(
          "insert into events (type, owner_uuid, batch_uuid, data) values ('task.progress', $1, $2, $3)",
          [LOCAL_OWNER, batch, JSON.stringify({ n: writer * 15 + round })],
        );
        await sleep(Math.random() * 12);
        await client.query("commit");
      }
      await client.end();
    };
    await Promise.all([read(), ...Array.from({ length: 20 }, (_, writer) => write(writer))]);
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    const again = await readEvents(store.db, start, { batch }, 1_000);
    expect(again.events.map((event) => event.data["n"])).toEqual(seen);
  });

  it("leaves nothing out for a follower who goes past what is others' between its own", async () => {
    const { store } = services;
    const [mine, other] = [randomUUID() as string as BatchUUID, randomUUID() as string as BatchUUID];
    const start = await currentCursor(store.db);
    const leaving = new AbortController();
    const seen: number[] = [];
    const follow = async () => {
      const feed = createEventFeed(eventLogOf(store), { passMs: 0 });
      for await (const { data } of followFeed(feed, { batch: mine }, start, leaving.signal)) {
        seen.push(Number(data["n"]));
        if (seen.length === 60) leaving.abort();
      }
    };
    const write = async (writer: number) => {
      const client = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
      await client.connect();
      for (let round = 0; round < 30; round += 1) {
        await client.query("begin");
        await client.query(
          "insert into events (type, owner_uuid, batch_uuid, data) values ('task.progress', $1, $2, $3)",
          [LOCAL_OWNER, round % 3 === 0 ? mine : other, JSON.stringify({ n: writer * 10 + round / 3 })],
        );
        await sleep(Math.random() * 20);
        await client.query("commit");
        store.wakeUps.notify("events");
      }
      await client.end();
    };
    await Promise.all([follow(), ...Array.from({ length: 6 }, (_, writer) => write(writer))]);
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  it("sends what a command says last, also where it ends at once", async () => {
    const { wakeUps } = services.store;
    const command = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
    const heard = { feeds: 0, installation: 0 };
    const stops = (["feeds", "installation"] as const).map((what) =>
      wakeUps.on(what, () => {
        heard[what] += 1;
      }),
    );
    await vi.waitFor(() => {
      command.store.wakeUps.notify("feeds");
      expect(heard.feeds).toBeGreaterThan(1); // it listens
    }, PATIENCE);
    const before = heard.installation;
    command.store.wakeUps.notify("installation");
    await command.close();
    await vi.waitFor(() => expect(heard.installation).toBe(before + 1), PATIENCE);
    for (const stop of stops) stop();
  });

  it("holds back an event while an older transaction is open, and never skips it", async () => {
    const { store } = services;
    const batch = randomUUID() as string as BatchUUID;
    const start = await currentCursor(store.db);
    const older = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
    await older.connect();
    await older.query("begin");
    await older.query("insert into events (type, owner_uuid, batch_uuid) values ('run.created', $1, $2)", [
      LOCAL_OWNER,
      batch,
    ]);
    await appendEvents(store.db, [{ type: "run.ended", owner: LOCAL_OWNER, batch }]);
    expect((await readEvents(store.db, start, { batch }, 10)).events).toEqual([]);
    await older.query("commit");
    await older.end();
    const { events } = await readEvents(store.db, start, { batch }, 10);
    expect(events.map((event) => event.type)).toEqual(["run.created", "run.ended"]);
  });

  it("goes on at this moment for a cursor that is ahead of the database, and at any other one itself", async () => {
    const { db } = services.store;
    const past = await currentCursor(db);
    await appendEvents(db, [{ type: "run.created", owner: LOCAL_OWNER }]);
    expect(await resumeCursor(db, past)).toBe(past);
    expect(await resumeCursor(db, "0.0")).toBe("0.0");
    const ahead = `${Number.parseInt(past, 10) + 1_000_000}.5`;
    const now = Number.parseInt(await resumeCursor(db, ahead), 10);
    expect(now).toBeGreaterThanOrEqual(Number.parseInt(past, 10));
    expect(now).toBeLessThan(Number.parseInt(ahead, 10));
  });

  it("forgets events that a backup brought along from transactions to come, and no others", async () => {
    const { db } = services.store;
    const batch = randomUUID() as string as BatchUUID;
    await appendEvents(db, [{ type: "batch.changed", owner: LOCAL_OWNER, batch }]);
    await sql`insert into events (xid, type, owner_uuid, batch_uuid)
      select (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000)::text::xid8, 'batch.ended', ${LOCAL_OWNER}, ${batch}`.execute(
      db,
    );
    await forgetEventsToCome(db);
    const left = await db.selectFrom("events").select("type").where("batch_uuid", "=", batch).execute();
    expect(left).toEqual([{ type: "batch.changed" }]);
  });

  it("refuses a cursor that no event carried", async () => {
    await expect(readEvents(services.store.db, "1; drop", {}, 1)).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  it("brings the same schema up to date from several processes at once", async () => {
    await expect(
      Promise.all([1, 2, 3, 4].map(() => migrate(services.store.db, services.store.schema))),
    ).resolves.toBeDefined();
  });

  it("is refused, and says why, where a newer version has brought it up to date", async () => {
    const { db, schema } = services.store;
    const table = sql.table(`${schema}.kysely_migration`);
    await sql`insert into ${table} (name, timestamp) values ('9999-tomorrow', '')`.execute(db);
    await expect(migrate(db, schema)).rejects.toThrow(
      /newer version has brought it up to date \(9999-tomorrow\)/,
    );
    await sql`delete from ${table} where name = '9999-tomorrow'`.execute(db);
    await migrate(db, schema);
  });

  it.for([
    ["two", 2],
    ["many", 40], // each of which asks less often
  ] as const)(
    "has one leader of %s at a time, and another one once its session is gone",
    async ([, count]) => {
      const { connection } = services.store;
      const leaders: string[] = [];
      const stop = new AbortController();
      const candidates = ["a", "b"].map((name) => {
        const lead = () => {
          leaders.push(name);
          return { stop: async () => undefined };
        };
        const named = { ...connection, application_name: `leader-${name}` };
        return keepLeading(named, "a-lock", stop.signal, lead, () => count);
      });
      await vi.waitFor(() => expect(leaders).toHaveLength(1), PATIENCE);
      const application = `leader-${leaders[0]}`;
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${application}`.execute(
        services.store.db,
      );
      await vi.waitFor(() => expect(leaders.length).toBeGreaterThanOrEqual(2), PATIENCE);
      stop.abort();
      await Promise.all(candidates);
    },
  );

  it("shows a run and its tasks to their owner only, and lets nobody else cancel it", async () => {
    const { store } = services;
    const stranger = randomUUID() as string as OwnerUUID;
    const batch = await openBatch(store, {
      ...twoSteps(),
      owner: LOCAL_OWNER,
      inputs: {},
      interactive: true,
    });
    const inputs = { image: { uuid: randomUUID(), meta: {} } };
    const [run] = await submitRuns(store, batch, [
      { file: "a.png", prepare: async () => ({ inputs, identity: null }) },
    ]);
    const uuid = run?.runUUID;
    if (uuid === undefined) throw new Error("no run");
    const [own] = await readRuns(store.db, LOCAL_OWNER, [uuid]);
    const task = own?.tasks[0]?.taskUUID;
    if (task === undefined) throw new Error("no task");
    expect(await readTask(store.db, LOCAL_OWNER, task)).toMatchObject({ runUUID: uuid, status: "queued" });
    expect(await readRuns(store.db, stranger, [uuid])).toEqual([]);
    expect(await readTask(store.db, stranger, task)).toBeNull();
    expect(await cancelRuns(store.db, stranger, { runs: [uuid] })).toEqual([]);
    expect(await cancelRuns(store.db, LOCAL_OWNER, { runs: [uuid] })).toEqual([uuid]);
  });

  it("gives the same bytes two names and one blob, and hides them from other owners", async () => {
    const { artifacts, store } = services;
    const stranger = randomUUID() as string as OwnerUUID;
    const about = { owner: LOCAL_OWNER, kind: "image", mediaType: "image/png", width: 1, height: 1 } as const;
    const first = await artifacts.save(Buffer.from("pixels"), about);
    const second = await artifacts.save(Buffer.from("pixels"), about);
    expect(second.uuid).not.toBe(first.uuid);
    expect(second.digest).toBe(first.digest);
    const blobs = await store.db
      .selectFrom("blobs")
      .select("digest")
      .where("digest", "=", first.digest)
      .execute();
    expect(blobs).toHaveLength(1);
    expect((await artifacts.load(LOCAL_OWNER, first.uuid)).content.toString()).toBe("pixels");
    await expect(artifacts.load(stranger, first.uuid)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(artifacts.find(LOCAL_OWNER, randomUUID() as string as ArtifactUUID)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("keeps text with the NUL and the halves of pairs that jsonb refuses", async () => {
    const { store } = services;
    const batch = randomUUID() as string as BatchUUID;
    const start = await currentCursor(store.db);
    await appendEvents(store.db, [
      {
        type: "task.progress",
        owner: LOCAL_OWNER,
        batch,
        data: {
          "a\u0000b": "c\u0000\u0000d",
          e: "\\u0000",
          half: "\ud83d!",
          pair: "\u{1f600}",
          f: "\\ud800",
        },
      },
    ]);
    const { events } = await readEvents(store.db, start, { batch }, 1);
    expect(events[0]?.data).toEqual({
      "a\ufffdb": "c\ufffd\ufffdd",
      e: "\\u0000",
      half: "\ufffd!",
      pair: "\u{1f600}",
      f: "\\ud800",
    });
  });

  it("never changes or forgets an entry of the audit", async () => {
    const { db } = services.store;
    await db
      .insertInto("audit")
      .values({ owner_uuid: LOCAL_OWNER, actor: "test", action: "cancel", target: "run", detail: "{}" })
      .execute();
    await expect(db.updateTable("audit").set({ actor: "someone else" }).execute()).rejects.toThrow(
      /append-only/,
    );
    await expect(db.deleteFrom("audit").execute()).rejects.toThrow(/append-only/);
  });

  it("shows each run under the name its workflow was given with, though copies of one workflow share a digest", async () => {
    const { store } = services;
    const example = twoSteps();
    const names = ["first-copy", "second-copy"];
    const shown: unknown[] = [];
    for (const name of names) {
      const workflow = { ...example.workflow, name };
      const batch = await openBatch(store, {
        ...example,
        workflow,
        owner: LOCAL_OWNER,
        inputs: {},
        interactive: true,
      });
      const inputs = { image: { uuid: randomUUID(), meta: {} } };
      await submitRuns(store, batch, [{ file: "a.png", prepare: async () => ({ inputs, identity: null }) }]);
      const view = await readBatch(store.db, LOCAL_OWNER, batch.batchUUID);
      const listed = await listRuns(store.db, LOCAL_OWNER, { workflow: name, limit: 10 });
      shown.push([view?.workflow, listed.map((run) => [run.workflow, run.batchUUID === batch.batchUUID])]);
    }
    expect(shown).toEqual(names.map((name) => [name, [[name, true]]]));
  });

  it("gives a batch from before it kept a name that of its workflow's document", async () => {
    const { store } = services;
    const older = `older_${randomUUID().replaceAll("-", "")}`;
    const client = new pg.Client({ ...store.connection, options: `-c search_path=${older}` });
    await client.connect();
    await client.query(`create schema ${older}`);
    await client.query("create table workflows (digest text primary key, name text not null)");
    await client.query("create table batches (workflow_digest text not null)");
    await client.query("create table events (id bigint generated always as identity, at int)");
    await client.query("insert into workflows values ('d', 'its-name')");
    await client.query("insert into batches values ('d')");
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({
        pool: new pg.Pool({ ...store.connection, options: `-c search_path=${older}` }),
      }),
    });
    await workflowNameOfABatch.up(db);
    await db.destroy();
    expect((await client.query("select workflow_name from batches")).rows).toEqual([
      { workflow_name: "its-name" },
    ]);
    await client.query("insert into events (at) values (1), (2), (3)");
    expect((await client.query("select id::int - min(id::int) over () as n from events")).rows).toEqual([
      { n: 0 },
      { n: 1 },
      { n: 2 },
    ]);
    await client.query(`drop schema ${older} cascade`);
    await client.end();
  });

  it("keeps one document per workflow digest, however often it is used", async () => {
    const { store } = services;
    const example = { ...twoSteps(), workflowDigest: "b".repeat(64) as Digest };
    const request = { ...example, owner: LOCAL_OWNER, inputs: {}, interactive: true };
    await Promise.all([openBatch(store, request), openBatch(store, request), openBatch(store, request)]);
    const rows = await store.db
      .selectFrom("workflows")
      .select("name")
      .where("digest", "=", example.workflowDigest)
      .execute();
    expect(rows).toEqual([{ name: "two-steps" }]);
  });
});
