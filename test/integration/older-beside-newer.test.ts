import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { TaskUUID } from "../../src/contracts/ids.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { findApiTask, rememberAnswer } from "../../src/store/api-tasks.ts";
import { retryOnDeadlock } from "../../src/store/deadlock.ts";
import { takeReady } from "../../src/store/deliveries.ts";
import { findHeldLeases, leaseTasks, renewLeases } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { settleAttempts } from "../../src/store/settle-tasks.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

/* A process of this version works on while a newer one, started beside it, adds columns to the tables. */

describe("a process beside a newer one", () => {
  let home: string;
  let services: Services;
  beforeAll(async () => {
    home = await makeTemporaryHome();
    /* With one connection, what is prepared there is what is used. */
    const settings = { MASKLOOM_HOME: home, DATABASE_CONNECTIONS: "1" };
    services = await openServices(readConfig(settings), () => undefined);
  });
  afterAll(async () => {
    await services?.close();
    await removeTemporaryHome(home);
  });

  /** A run begun, leased and settled as a worker does it. */
  const workOnOne = async () => {
    const { store } = services;
    const { db, decideFor } = store;
    const batch = await openBatch(store, {
      ...twoSteps(),
      owner: LOCAL_OWNER,
      inputs: {},
      interactive: true,
    });
    const inputs = { image: { uuid: randomUUID(), meta: {} } };
    const prepare = async () => ({ inputs, identity: null });
    await submitRuns(store, batch, [{ file: "a.png", prepare }]);
    const [leased] = await leaseTasks(db, await takeReady(db, 10, 0), "a worker", 60_000);
    if (leased === undefined) throw new Error("nothing was ready");
    expect((await renewLeases(db, [leased], "a worker", 60_000)).size).toBe(1);
    expect((await findHeldLeases(db, [leased], "a worker")).size).toBe(1);
    const error = { code: "PROVIDER_REFUSED", message: "no" } as const;
    const end = { ...leased, outcome: { kind: "failed", error, retry: false } as const, timings: {} };
    expect((await settleAttempts(db, [end], decideFor)).endedRuns).toEqual([leased.runUUID]);
    const taskUUID = randomUUID() as string as TaskUUID;
    const asked = { owner: LOCAL_OWNER, taskUUID, taskType: "imageUpload", digest: "a digest", request: {} };
    const answered = { ...asked, answer: { imageUUID: taskUUID }, runUUID: null };
    await rememberAnswer(db, answered);
    expect(await findApiTask(db, asked)).toEqual(answered);
  };
  const prepared = async () => {
    const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(
      services.store.db,
    );
    return rows.map(({ name }) => name);
  };

  it("goes on with what it has prepared, whichever table gets a column", async () => {
    const { db, schema } = services.store;
    await workOnOne();
    const before = await prepared();
    expect(before).toEqual(
      expect.arrayContaining(["lease", "lock-runs", "load-tasks", "settle", "find-api-task"]),
    );
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = ${schema} and tablename not like 'kysely%'`.execute(
      db,
    );
    expect(rows.length).toBeGreaterThan(30);
    for (const { name } of rows) {
      await sql`alter table ${sql.table(name)} add column of_a_newer_version int not null default 0`.execute(
        db,
      );
    }
    await workOnOne();
    expect((await prepared()).sort()).toEqual(before.sort());
  });

  it("prepares anew what gives other columns from then on, and makes its transaction again", async () => {
    const { db } = services.store;
    await sql`create table changing (a int)`.execute(db);
    await sql`insert into changing values (1)`.execute(db);
    const read = async () => (await sql`/* prepare:changing */ select * from changing`.execute(db)).rows;
    expect(await read()).toEqual([{ a: 1 }]);
    await sql`alter table changing add column b int`.execute(db);
    await expect(read()).rejects.toThrow();
    expect(await read()).toEqual([{ a: 1, b: null }]);
    await sql`alter table changing add column c int`.execute(db);
    expect(
      await retryOnDeadlock(() =>
        db.transaction().execute(async (transaction) => {
          const { rows } = await sql`/* prepare:changing */ select * from changing`.execute(transaction);
          return rows;
        }),
      ),
    ).toEqual([{ a: 1, b: null, c: null }]);
  });
});
