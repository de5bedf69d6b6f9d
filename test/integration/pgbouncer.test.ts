import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLogger } from "../../src/logging/log.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { joinEmbeddedServer } from "../../src/store/postgres/embedded.ts";
import { hasPgBouncer, startPgBouncer } from "../conformance/pgbouncer.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { plainPicture } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/* Servers and a worker whose questions go through a real PgBouncer in transaction mode, as docs/operations.md has it. */

const SCHEMA = "pooled";
/** Fewer than any one process would take for itself. */
const CONNECTIONS = 2;
const RUNS = 12;

describe.skipIf(mayBeMissing && !hasPgBouncer())("an installation behind PgBouncer", () => {
  let home: string;
  let release: () => Promise<void>;
  let direct: string;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  let worker: { stop(): Promise<void> };
  const all: Services[] = [];
  const servers: RunningServer[] = [];

  const environment = () => ({
    MASKLOOM_HOME: home,
    DATABASE_URL: `postgres://pooled@127.0.0.1:${bouncer.port}/postgres`,
    DATABASE_DIRECT_URL: direct,
    DATABASE_SCHEMA: SCHEMA,
    LOG_LEVEL: "silent",
  });
  const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: direct });
    await client.connect();
    const { rows } = await client.query<Row>(text);
    await client.end();
    return rows;
  };

  beforeAll(async () => {
    home = await makeTemporaryHome();
    const embedded = await joinEmbeddedServer(home);
    release = embedded.release;
    const { user, host, port = 5432, database } = embedded.connection;
    const socket = encodeURIComponent(String(host));
    const owner = new pg.Client(embedded.connection);
    await owner.connect();
    await owner.query("create role pooled login superuser");
    await owner.query(`alter role pooled in database ${database} set search_path = ${SCHEMA}`);
    await owner.query(`alter role pooled in database ${database} set enable_seqscan = off`);
    await owner.end();
    direct = `postgres://${user}@localhost/${database}?host=${socket}`.replace(`//${user}@`, "//pooled@");
    bouncer = await startPgBouncer({ host: String(host), port: Number(port), connections: CONNECTIONS });
    for (const _ of [1, 2]) {
      const services = await openServices(readConfig(environment()), () => undefined);
      all.push(services);
      servers.push(
        await startServer(services, {
          host: "127.0.0.1",
          port: 0,
          log: createLogger("silent"),
          dashboardFolder: null,
        }),
      );
    }
    worker = await startWorkerProcess(home, { ...environment(), LOG_LEVEL: "error" });
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all(all.map((services) => services.close()));
    await bouncer?.stop();
    await release?.();
    await removeTemporaryHome(home);
  });

  it("carries out what one server is asked for, and tells of it at the other at once", async () => {
    const [first, second] = servers.map(({ url }) => new MaskloomClient({ baseUrl: url }));
    if (first === undefined || second === undefined) throw new Error("there are no servers");
    const begun = await Promise.all(
      Array.from({ length: RUNS }, async (_, at) =>
        first.runs.create({
          workflow: "anonymize-faces",
          image: await plainPicture(64 + at, 64),
          file: `${at}.png`,
        }),
      ),
    );
    const ended = await Promise.all(begun.map(({ runUUID }) => second.runs.wait(runUUID)));
    /* Nobody is in them. */
    expect(ended.map(({ status }) => status)).toEqual(Array.from({ length: RUNS }, () => "skipped"));
  });

  it("shares a few connections for its questions, and listens on its own, past the pooler", async () => {
    const sharing = await bouncer.show<{ database: string; pool_mode: string }>("POOLS");
    expect(sharing.find(({ database }) => database === "postgres")?.pool_mode).toBe("transaction");
    const connections = await bouncer.show<{ remote_pid: number }>("SERVERS");
    expect(connections.length).toBeGreaterThan(0);
    expect(connections.length).toBeLessThanOrEqual(CONNECTIONS);
    const stats = await bouncer.show<{ database: string; total_xact_count: string }>("STATS");
    const passed = Number(stats.find(({ database }) => database === "postgres")?.total_xact_count);
    expect(passed).toBeGreaterThan(RUNS * 10);
    await vi.waitFor(async () => {
      const listening = await query<{ pid: number }>(
        "select pid from pg_stat_activity where query ilike 'listen%'",
      );
      expect(listening.length).toBeGreaterThan(0);
      const shared = new Set(connections.map(({ remote_pid }) => remote_pid));
      expect(listening.filter(({ pid }) => shared.has(pid))).toEqual([]);
    });
  });
});
