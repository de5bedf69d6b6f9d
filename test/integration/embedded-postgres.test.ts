import { spawn } from "node:child_process";
import { chown, mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addressOf } from "../../src/store/postgres/address.ts";
import { closeDoor, KEEPER_NAME } from "../../src/store/postgres/keeping.ts";
import { findPlace } from "../../src/store/postgres/place.ts";
import { canReach } from "../../src/store/postgres/reach.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Client, findProcesses, startClient } from "./processes.ts";

const PATIENCE = { timeout: 30_000, interval: 50 };
const isRoot = process.getuid?.() === 0;
const nobodyCanReadUs = await canReach(import.meta.dirname, { uid: 65_534, gid: 65_534 });

describe("the embedded PostgreSQL", () => {
  let home: string;
  let clients: Client[];

  beforeEach(async () => {
    home = await makeTemporaryHome();
    clients = [];
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.kill()));
    await removeTemporaryHome(home);
    await untilGone();
  });

  const open = async (options: { uid?: number } = {}) => {
    const client = await startClient({ home, ...options });
    clients.push(client);
    return client;
  };
  const untilGone = () =>
    vi.waitFor(() => expect(findProcesses(home)).toEqual({ keepers: [], servers: [] }), PATIENCE);
  /** Asks until the database answers. */
  const insist = (client: Client, sql: string) =>
    vi.waitFor(async () => {
      const rows = await client.query(sql);
      expect(rows).not.toBeNull();
      return rows;
    }, PATIENCE);
  const onlyServer = () => {
    const { servers } = findProcesses(home);
    expect(servers).toHaveLength(1);
    return servers[0]?.pid ?? 0;
  };

  it("is one for eight processes that start at once, and goes when the last of them goes", async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => open()));
    const started = await Promise.all(
      opened.map((client) => client.query("select pg_postmaster_start_time() as at")),
    );
    expect(new Set(started.map((rows) => JSON.stringify(rows))).size).toBe(1);
    onlyServer();
    await vi.waitFor(() => expect(findProcesses(home).keepers).toHaveLength(1), PATIENCE);
    await Promise.all(opened.map((client) => client.close()));
    await untilGone();
  });

  it("keeps what was committed from one start to the next", async () => {
    const first = await open();
    await first.query("create table public.kept as select 42 as answer");
    await first.close();
    await untilGone();
    const second = await open();
    expect(await second.query("select answer from public.kept")).toEqual([{ answer: 42 }]);
  });

  it("outlives a client that is killed, and goes when all of them are", async () => {
    const [first, second] = [await open(), await open()];
    const server = onlyServer();
    await first.kill();
    expect(await second.query("select 1 as one")).toEqual([{ one: 1 }]);
    expect(onlyServer()).toBe(server);
    await second.kill();
    await untilGone();
  });

  it("lets nobody in who comes between the keeper's last look and the end of the server", async () => {
    const first = await open();
    const server = onlyServer();
    const address = await addressOf(await findPlace(home));
    const keeper = new pg.Client({ ...address, application_name: KEEPER_NAME });
    keeper.on("error", () => {});
    await keeper.connect();
    /* Nobody is left, and the keeper would stop the server now. */
    await first.kill();
    await vi.waitFor(async () => expect(await closeDoor(keeper)).toBe(true), PATIENCE);
    const coming = open();
    await vi.waitFor(
      async () => {
        const { rows } = await keeper.query(
          "select 1 from pg_stat_activity where application_name ~ '^maskloom [0-9]'",
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 30_000, interval: 1 },
    );
    process.kill(server, "SIGINT");
    const second = await coming;
    expect(await second.query("select 1 as one")).toEqual([{ one: 1 }]);
    expect(onlyServer()).not.toBe(server);
  });

  it("gets a new keeper from its clients when the keeper is killed, and still ends with the last", async () => {
    const client = await open();
    const server = onlyServer();
    const [former] = findProcesses(home).keepers;
    process.kill(former?.pid ?? 0, "SIGKILL");
    const next = await open();
    await vi.waitFor(() => {
      const pids = findProcesses(home).keepers.map(({ pid }) => pid);
      expect(pids).toHaveLength(1);
      expect(pids).not.toContain(former?.pid);
    }, PATIENCE);
    expect(onlyServer()).toBe(server);
    await Promise.all([client.close(), next.close()]);
    await untilGone();
  });

  it("is started again by its clients when keeper and server are killed, with all that was committed", async () => {
    const client = await open();
    await client.query("create table public.kept as select generate_series(1, 1000) as n");
    const { keepers, servers } = findProcesses(home);
    for (const { pid } of [...keepers, ...servers]) process.kill(pid, "SIGKILL");
    // Not before: for a moment the dead server's orphan still answers.
    await vi.waitFor(() => expect(onlyServer()).not.toBe(servers[0]?.pid), PATIENCE);
    expect(await insist(client, "select count(*)::int as rows from public.kept")).toEqual([{ rows: 1000 }]);
    await client.close();
    await untilGone();
  });

  it("recovers in place when one of its sessions crashes, and still ends with the last client", async () => {
    const [client, other] = [await open(), await open()];
    const server = onlyServer();
    const [session] = (await client.query("select pg_backend_pid() as pid")) ?? [];
    process.kill(Number(session?.["pid"]), "SIGKILL");
    const kept = "select 1 from pg_stat_activity where application_name = 'maskloom keeper'";
    await vi.waitFor(async () => expect(await other.query(kept)).toHaveLength(1), PATIENCE);
    expect(onlyServer()).toBe(server);
    await Promise.all([client.close(), other.close()]);
    await untilGone();
  });

  it("starts over after keeper, server and all clients were killed at once", async () => {
    const client = await open();
    await client.query("create table public.kept as select 1 as n");
    const { keepers, servers } = findProcesses(home);
    for (const pid of [client.pid, ...[...keepers, ...servers].map((found) => found.pid)])
      process.kill(pid, "SIGKILL");
    const next = await open();
    expect(await next.query("select n from public.kept")).toEqual([{ n: 1 }]);
  });

  it("is not misled by a postmaster.pid whose number now belongs to another living process", async () => {
    const client = await open();
    const { data } = await findPlace(home);
    const pidFile = path.join(data, "postmaster.pid");
    const lines = (await readFile(pidFile, "utf8")).split("\n");
    await client.close();
    await untilGone();
    await writeFile(pidFile, [String(process.pid), ...lines.slice(1)].join("\n"));
    const next = await open();
    expect(await next.query("select 1 as one")).toEqual([{ one: 1 }]);
    await next.close();
    await untilGone();
  });

  it("is not misled by the start lock of a process that was killed", async () => {
    const { folder } = await findPlace(home);
    await writeFile(path.join(folder, "starting.lock"), "999999999");
    expect(await (await open()).query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("refuses data of another PostgreSQL version, and says how to move it", async () => {
    await (await open()).close();
    await untilGone();
    const { data } = await findPlace(home);
    await writeFile(path.join(data, "PG_VERSION"), "17\n");
    await expect(open()).rejects.toThrow(
      /expected a database of PostgreSQL 18.*found one of PostgreSQL 17.*pg_dumpall/,
    );
    await writeFile(path.join(data, "PG_VERSION"), "18\n");
    expect(await (await open()).query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("uses a short folder for its socket where the home folder's name is too long for one", async () => {
    const short = home;
    home = path.join(short, "a-home-folder-with-a-rather-long-name".repeat(4));
    try {
      const client = await open();
      expect(await client.query("show unix_socket_directories")).toEqual([
        { unix_socket_directories: expect.stringMatching(/^\/tmp\/maskloom-\d+-[0-9a-f]{16}$/) },
      ]);
      await client.close();
      await untilGone();
      await removeTemporaryHome(home);
    } finally {
      home = short;
    }
  });

  // Absent, not skipped, for a normal user: all of the above has then run as one.
  const asRoot = () => {
    // Likewise absent where that user could not even read this checkout.
    const asNormalUser = async () => {
      const { account } = await findPlace(home);
      const uid = account?.uid ?? 0;
      await removeTemporaryHome(home);
      await mkdir(home);
      await chown(home, uid, uid);
      const client = await open({ uid });
      expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
      const { keepers, servers } = findProcesses(home);
      expect([...keepers, ...servers].map(({ user }) => user)).toEqual([uid, uid]);
      expect((await stat(path.join(home, "postgres", "data"))).uid).toBe(uid);
      await client.close();
      await untilGone();
      // The number of a process of the same user: PostgreSQL itself would take it for a running server.
      const sleeper = spawn("sleep", ["600"], { uid, gid: uid, stdio: "ignore" });
      await writeFile(path.join(home, "postgres", "data", "postmaster.pid"), `${sleeper.pid}\n`);
      expect(await (await open({ uid })).query("select 1 as one")).toEqual([{ one: 1 }]);
      expect(sleeper.kill()).toBe(true);
    };
    if (nobodyCanReadUs) it("serves a normal user as that user", asNormalUser);

    it("runs as nobody, in a folder that nobody else may enter", async () => {
      await open();
      const { account, data } = await findPlace(home);
      expect(data).toBe(path.join(home, "postgres", "data"));
      expect(findProcesses(home).servers.map(({ user }) => user)).toEqual([account?.uid]);
      const { mode, uid } = await stat(path.dirname(data));
      expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: account?.uid });
    });

    it("keeps its data under /var where nobody cannot enter the home folder", async () => {
      const open700 = home;
      home = await mkdtemp(path.join(os.tmpdir(), "maskloom-closed-"));
      const { folder } = await findPlace(home);
      try {
        expect(folder).toMatch(/^\/var\/(lib|tmp)\/maskloom-postgres\/[0-9a-f]{16}$/);
        const client = await open();
        expect(await client.query("show data_directory")).toEqual([
          { data_directory: path.join(folder, "data") },
        ]);
        await client.close();
        await vi.waitFor(() => expect(findProcesses(folder).servers).toEqual([]), PATIENCE);
      } finally {
        await removeTemporaryHome(home);
        home = open700;
      }
    });
  };
  if (isRoot) describe("as root", asRoot);
});
