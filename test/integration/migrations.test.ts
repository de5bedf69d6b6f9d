import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, type Migration, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPool } from "../../src/postgres-pool.ts";
import { migrate } from "../../src/store/migrate.ts";
import { joinEmbeddedServer } from "../../src/store/postgres/embedded.ts";
import type { Schema } from "../../src/store/schema.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { until } from "./cli-installation.ts";

/* Processes of the version before work on while the first of the new one brings their tables up to date. */

const SCHEMA = "upgraded";
/** Longer than PostgreSQL takes to notice that two wait for each other. */
const LOCK_TIMEOUT_MS = 3_000;

const statements = (...lines: readonly string[]): Migration => ({
  async up(db: Kysely<unknown>) {
    for (const line of lines) await sql.raw(line).execute(db);
  },
});
const BEFORE = { "0001-tables": statements("create table runs (n int)", "create table tasks (n int)") };

describe("migrations of a database that others work on", () => {
  let home: string;
  let release: () => Promise<void>;
  let connection: pg.ClientConfig;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    home = await makeTemporaryHome();
    ({ connection, release } = await joinEmbeddedServer(home));
  });
  afterAll(async () => {
    await release?.();
    await removeTemporaryHome(home);
  });
  beforeEach(async () => {
    const db = await openMigrator();
    await sql.raw(`drop schema if exists ${SCHEMA} cascade`).execute(db);
    await sql.raw(`create schema ${SCHEMA}`).execute(db);
    await migrate(db, SCHEMA, BEFORE);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((close) => close()));
  });

  const options = `-c search_path=${SCHEMA}`;
  const openMigrator = async () => {
    const locking = `${options} -c lock_timeout=${LOCK_TIMEOUT_MS}`;
    const pool = openPool({ ...connection, max: 1, options: locking });
    const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    opened.push(() => db.destroy());
    return db;
  };
  const openClient = async () => {
    const client = new pg.Client({ ...connection, options });
    client.on("error", () => undefined); // the server ends before it has read our goodbye
    await client.connect();
    opened.push(() => client.end());
    return client;
  };
  const upgrade = async (more: Readonly<Record<string, Migration>>) =>
    migrate(await openMigrator(), SCHEMA, { ...BEFORE, ...more });
  const waitsForLock = async (client: pg.Client, query: string): Promise<boolean> => {
    const { rows } = await client.query(
      "select from pg_stat_activity where wait_event_type = 'Lock' and query like $1",
      [`${query}%`],
    );
    return rows.length > 0;
  };
  const applied = async (client: pg.Client) =>
    (await client.query("select name from kysely_migration order by name")).rows.map(({ name }) => name);

  it("makes one again that waited crosswise with somebody who settles a task", async () => {
    const [worker, watcher] = [await openClient(), await openClient()];
    /* The upgrade is the one that gives up, however late the other one begins to wait. */
    await worker.query("begin; set local deadlock_timeout = '1h'");
    await worker.query("insert into tasks values (1)");
    const upgraded = upgrade({
      "0002-both": statements("alter table runs add column m int", "alter table tasks add column m int"),
    });
    await until(() => waitsForLock(watcher, "alter table tasks"));
    await worker.query("insert into runs values (1)");
    await worker.query("commit");
    await upgraded;
    expect(await applied(watcher)).toEqual(["0001-tables", "0002-both"]);
    expect((await watcher.query("select n, m from runs")).rows).toEqual([{ n: 1, m: null }]);
  });

  it("lets others through while it waits for a table that a backup reads", async () => {
    const [backup, worker, watcher] = [await openClient(), await openClient(), await openClient()];
    await backup.query("begin");
    await backup.query("select from tasks");
    const upgraded = upgrade({ "0002-tasks": statements("alter table tasks add column m int") });
    await until(() => waitsForLock(watcher, "alter table tasks"));
    await worker.query("insert into tasks values (1)");
    expect(await applied(watcher)).toEqual(["0001-tables"]);
    await backup.query("commit");
    await upgraded;
    expect(await applied(watcher)).toEqual(["0001-tables", "0002-tasks"]);
  });

  it("keeps nobody from the tables of one that has been applied, while the next one waits for its own", async () => {
    const [backup, worker, watcher] = [await openClient(), await openClient(), await openClient()];
    await backup.query("begin");
    await backup.query("select from tasks");
    const upgraded = upgrade({
      "0002-runs": statements("alter table runs add column m int"),
      "0003-tasks": statements("alter table tasks add column m int"),
    });
    await until(() => waitsForLock(watcher, "alter table tasks"));
    await worker.query("insert into runs (n, m) values (1, 2)");
    expect(await applied(watcher)).toEqual(["0001-tables", "0002-runs"]);
    await backup.query("commit");
    await upgraded;
    expect(await applied(watcher)).toEqual(["0001-tables", "0002-runs", "0003-tasks"]);
  });

  it("applies each once where several processes start at once, and nothing of one that fails", async () => {
    const watcher = await openClient();
    const more = {
      "0002-runs": statements("insert into runs values (1)"),
      "0003-tasks": statements("insert into tasks values (1)"),
    };
    await Promise.all([upgrade(more), upgrade(more), upgrade(more)]);
    expect((await watcher.query("select n from runs union all select n from tasks")).rows).toHaveLength(2);
    const wrong = {
      "0004-wrong": statements("insert into runs values (2)", "select no_such_column from runs"),
    };
    await expect(upgrade({ ...more, ...wrong })).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/0004-wrong could not be applied: .*no_such_column/),
    });
    expect((await watcher.query("select n from runs")).rows).toHaveLength(1);
    await expect(upgrade(BEFORE)).rejects.toMatchObject({
      message: expect.stringMatching(/a newer version has brought it up to date/),
    });
  });

  it("says which one could not be applied where the connection is lost between two statements of it", async () => {
    const watcher = await openClient();
    const lost: Migration = {
      async up(db: Kysely<unknown>) {
        const own = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
        await watcher.query("select pg_terminate_backend($1, 60000)", [own.rows[0]?.pid]);
        await sleep(100); // nobody asks anything of it while it hears that it is lost
        await sql`insert into runs values (1)`.execute(db);
      },
    };
    await expect(upgrade({ "0002-lost": lost })).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringContaining("could not be applied"),
    });
    expect(await applied(watcher)).toEqual(["0001-tables"]);
    await upgrade({ "0002-more": statements("insert into runs values (1)") });
    expect(await applied(watcher)).toEqual(["0001-tables", "0002-more"]);
  });
});
