import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { readConfig } from "../../src/config/config.ts";
import { LiveMessage } from "../../src/contracts/api.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { createLogger } from "../../src/logging/log.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { joinEmbeddedServer } from "../../src/store/postgres/embedded.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { openReceiver } from "./api-tasks-host.ts";
import { makeKey } from "./keyed-hosts.ts";
import { pictureForm, plainPicture } from "./server-host.ts";

/* Several servers on one outside PostgreSQL, as behind a load balancer. */

const PATIENCE = { timeout: 60_000, interval: 20 };

describe("servers that share a database", () => {
  let home: string;
  let url: string;
  let release: () => Promise<void>;
  const all: Services[] = [];
  const servers: RunningServer[] = [];

  const configOf = (environment: Readonly<Record<string, string>> = {}) =>
    readConfig({
      MASKLOOM_HOME: home,
      DATABASE_URL: url,
      DATABASE_SCHEMA: "studio",
      DATABASE_CONNECTIONS: "3",
      MASKLOOM_ALLOWED_TARGETS: "127.0.0.1",
      LOG_LEVEL: "silent",
      ...environment,
    });

  beforeAll(async () => {
    home = await makeTemporaryHome();
    const embedded = await joinEmbeddedServer(home);
    const { user, host, database } = embedded.connection;
    url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`;
    release = embedded.release;
    /* All four find an empty database. */
    all.push(...(await Promise.all([1, 2, 3, 4].map(() => openServices(configOf(), () => undefined)))));
    await makeAdmin();
    for (const services of all.slice(0, 2)) {
      servers.push(
        await startServer(
          {
            ...services,
            config: { ...services.config, server: { ...services.config.server, requireKeys: true } },
          },
          { host: "127.0.0.1", port: 0, log: createLogger("silent"), dashboardFolder: null },
        ),
      );
    }
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all(all.map((services) => services.close()));
    await release?.();
    await removeTemporaryHome(home);
  });

  const [first, second] = [() => servers[0]?.url ?? "", () => servers[1]?.url ?? ""];
  const query = async <Row extends pg.QueryResultRow>(
    sql: string,
    connectionString = url,
  ): Promise<Row[]> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    const { rows } = await client.query<Row>(sql);
    await client.end();
    return rows;
  };
  const makeAdmin = async () => {
    const [services] = all;
    if (services === undefined) throw new Error("no services");
    return makeKey({ services }, { role: "admin" });
  };

  it("may start at once on an empty database: each migration is applied by one of them", async () => {
    const files = await readdir(path.join(PACKAGE_ROOT, "src", "store", "migrations"));
    const applied = await query<{ name: string }>("select name from studio.kysely_migration order by name");
    expect(applied.map(({ name }) => name)).toEqual(files.map((file) => file.replace(/\.ts$/, "")).sort());
    expect(await query("select 1 as one from studio_queue.job limit 0")).toEqual([]);
  });

  it("share the same database with another installation, which knows nothing of theirs", async () => {
    const other = await openServices(configOf({ DATABASE_SCHEMA: "archive" }), () => undefined);
    await makeAdmin();
    const keys = await other.store.db.selectFrom("keys").selectAll().execute();
    expect(keys).toEqual([]);
    await other.close();
  });

  it("let somebody who signed in at one of them go on at the other, until they sign out anywhere", async () => {
    const { key } = await makeAdmin();
    const signed = await fetch(new URL("/api/session", first()), {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
    });
    const cookie = signed.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const { csrfToken } = (await signed.json()) as { csrfToken: string };
    const atSecond = () => fetch(new URL("/api/runs", second()), { headers: { cookie } });
    expect((await atSecond()).status).toBe(200);
    await fetch(new URL("/api/session", first()), {
      method: "DELETE",
      headers: { cookie, "x-csrf-token": csrfToken },
    });
    expect((await atSecond()).status).toBe(401);
  });

  it("tell at one of them what was begun and cancelled at the other", async () => {
    const { key } = await makeAdmin();
    const headers = { authorization: `Bearer ${key}` };
    const socket = new WebSocket(`${second().replace("http", "ws")}/api/events`, { headers });
    const heard: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.on("message", (data) => {
        const message = LiveMessage.parse(JSON.parse(String(data)));
        if (message.type === "hello") resolve();
        if (message.type === "event") heard.push(`${message.event.type} ${message.event.runUUID}`);
      });
    });
    const begun = await fetch(new URL("/api/runs", first()), {
      method: "POST",
      headers,
      body: await pictureForm(),
    });
    const { runUUID } = (await begun.json()) as RunDetail;
    await vi.waitFor(() => expect(heard).toContain(`run.created ${runUUID}`), PATIENCE);
    await fetch(new URL(`/api/runs/${runUUID}/cancel`, first()), { method: "POST", headers });
    await vi.waitFor(() => expect(heard).toContain(`run.ended ${runUUID}`), PATIENCE);
    socket.terminate();
  });

  it("send a webhook once, whichever of them knows first how its task ended", async () => {
    const receiver = await openReceiver(200);
    const { key } = await makeAdmin();
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const taskUUID = randomUUID();
    const task = {
      taskType: "imageInference",
      taskUUID,
      seedImage: (await plainPicture(128, 128)).toString("base64"),
      model: "local:fill",
      positivePrompt: "__BLANK__",
      width: 128,
      height: 128,
      deliveryMethod: "async",
      webhookURL: `${receiver.url}/told`,
    };
    const sent = await fetch(new URL("/v1", first()), {
      method: "POST",
      headers,
      body: JSON.stringify([task]),
    });
    expect(sent.status, await sent.clone().text()).toBe(200);
    const [row] = await query<{ run_uuid: string }>(
      `select run_uuid from studio.api_tasks where task_uuid = '${taskUUID}'`,
    );
    await fetch(new URL(`/api/runs/${row?.run_uuid}/cancel`, second()), { method: "POST", headers });
    await vi.waitFor(async () => {
      const open = await query(
        `select 1 as one from studio.api_tasks where task_uuid = '${taskUUID}' and follow_up`,
      );
      expect(open).toEqual([]);
    }, PATIENCE);
    expect(receiver.received.map((request) => request.url)).toEqual(["/told"]);
    await receiver.close();
  });

  it("listen, lock and migrate past a pooler, and say what its role lacks", async () => {
    const direct = `${url}&application_name=direct`;
    const pooled = `${url}&application_name=pooled`;
    const environment = {
      DATABASE_SCHEMA: "pooled",
      DATABASE_URL: pooled.replace("//maskloom@", "//pooled@"),
      DATABASE_DIRECT_URL: direct.replace("//maskloom@", "//pooled@"),
    };
    await query("create role pooled login superuser");
    await expect(openServices(configOf(environment), () => undefined)).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/ALTER ROLE pooled IN DATABASE postgres SET search_path = pooled;/),
    });
    await query("alter role pooled in database postgres set search_path = pooled");
    const services = await openServices(configOf(environment), () => undefined);
    const stop = services.store.wakeUps.on("events", () => undefined);
    await vi.waitFor(async () => {
      const listening = await query<{ name: string }>(
        "select distinct application_name as name from pg_stat_activity where query ilike 'listen%' and usename = 'pooled'",
      );
      expect(listening).toEqual([{ name: "direct" }]);
    }, PATIENCE);
    stop();
    expect(await services.store.db.selectFrom("runs").selectAll().execute()).toEqual([]);
    await services.close();
  });

  it("end statements and waits that take too long, so that one that hangs holds up nobody for ever", async () => {
    const patience = { DATABASE_STATEMENT_TIMEOUT: "0.2", DATABASE_LOCK_TIMEOUT: "0.1" };
    const services = await openServices(configOf(patience), () => undefined);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("begin; lock table studio.secrets in access exclusive mode");
    const { db } = services.store;
    await expect(db.selectFrom("secrets").selectAll().execute()).rejects.toMatchObject({ code: "55P03" });
    await holder.end();
    const slow = db.selectNoFrom((eb) => eb.fn("pg_sleep", [eb.val(60)]).as("slept")).execute();
    await expect(slow).rejects.toMatchObject({ code: "57014" });
    await services.close();
  });
});
