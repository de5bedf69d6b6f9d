import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { TaskUUID } from "../../src/contracts/ids.ts";
import { openQueues } from "../../src/queue/open-queues.ts";
import { type Database, openDatabase } from "../../src/store/postgres/database.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { findProcesses } from "./processes.ts";

const PATIENCE = { timeout: 30_000, interval: 50 };

describe("using the embedded PostgreSQL", () => {
  let home: string;
  let database: Database;

  beforeAll(async () => {
    home = await makeTemporaryHome();
    database = await openDatabase(readConfig({ MASKLOOM_HOME: home, DATABASE_SCHEMA: "studio" }));
  });
  afterAll(async () => {
    await database.close();
    await removeTemporaryHome(home);
  });

  it("puts the configured schema first, and stays safe", async () => {
    const { rows } = await database.pool.query(
      `select current_setting('search_path') as path, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
              current_setting('listen_addresses') as addresses`,
    );
    expect(rows).toEqual([{ path: "studio", fsync: "on", commit: "on", pages: "on", addresses: "" }]);
  });

  it("is the same as a server's by its URL", async () => {
    const url = `postgres://maskloom@localhost/postgres?host=${encodeURIComponent(String(database.connection.host))}`;
    const server = await openDatabase(readConfig({ MASKLOOM_HOME: home, DATABASE_URL: url }));
    expect(server.kind).toBe("server");
    const { rows } = await server.pool.query("select current_user as who");
    expect(rows).toEqual([{ who: "maskloom" }]);
    /* Said for each session, since somebody else's server has these on. */
    const { rows: settings } = await server.pool.query(
      `select name, setting, source from pg_settings
        where name in ('enable_seqscan', 'jit', 'max_parallel_workers_per_gather') order by name`,
    );
    expect(settings).toEqual([
      { name: "enable_seqscan", setting: "off", source: "client" },
      { name: "jit", setting: "off", source: "client" },
      { name: "max_parallel_workers_per_gather", setting: "0", source: "client" },
    ]);
    await server.close();
  });

  it("says so when a server's URL leads nowhere", async () => {
    const config = readConfig({ MASKLOOM_HOME: home, DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" });
    await expect(openDatabase(config)).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(
        /the database cannot be used: .*ECONNREFUSED.*start it, or correct DATABASE_URL/,
      ),
    });
  });

  it("lets a consumer go on after keeper and server were killed", async () => {
    const config = readConfig({ MASKLOOM_HOME: home, DATABASE_SCHEMA: "studio" });
    const queues = await openQueues(config, database.connection, () => {});
    const arrived: number[] = [];
    const consumer = await queues.consume("masking", {
      concurrency: 1,
      onError: () => {},
      onDelivery: async ({ delivery }) => void arrived.push(delivery),
    });
    const taskUUID = randomUUID() as string as TaskUUID;
    await queues.add([{ queue: "masking", taskUUID, delivery: 1 }]);
    await vi.waitFor(() => expect(arrived).toEqual([1]), PATIENCE);

    const { keepers, servers } = findProcesses(home);
    for (const { pid } of [...keepers, ...servers]) process.kill(pid, "SIGKILL");
    // What was added in the last moment may be lost with the server: then the engine's sweeper adds it again.
    const next = { queue: "masking", taskUUID, delivery: 2 };
    await vi.waitFor(async () => {
      if (!arrived.includes(2) && (await queues.live([next])).size === 0) await queues.add([next]);
      expect(arrived).toContain(2);
    }, PATIENCE);

    await consumer.close();
    await queues.close();
  });
});
