import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { LIVE_PROTOCOL, RunPage } from "../../src/contracts/api.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { revokeKey, verifyKey } from "../../src/store/keys.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openDatabase } from "../../src/store/postgres/database.ts";
import { openStore } from "../../src/store/store.ts";
import { asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

const LONG_KEY = "a-configured-key-that-nobody-guesses-0123456789";

describe("before any key was made", () => {
  let host: ServerHost;
  beforeAll(async () => {
    host = await openServerHost();
  });
  afterAll(() => host.stop());

  it("a server on loopback asks for none and takes any text that an SDK insists on sending", async () => {
    const { url } = await host.start();
    const statuses = await Promise.all([
      fetch(new URL("/api/runs", url)),
      asking(url, "whatever")("/api/runs"),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("but no text that looks like a key", async () => {
    const { url } = await host.start();
    const { key } = await makeKey(host);
    await host.services.store.db.deleteFrom("keys").execute();
    expect((await asking(url, key)("/api/runs")).status).toBe(401);
  });
});

describe("keys", () => {
  let host: ServerHost;
  let server: RunningServer;
  let db: ServerHost["services"]["store"]["db"];
  beforeAll(async () => {
    host = await openServerHost();
    db = host.services.store.db;
    await makeKey(host);
    server = await host.start({}, { host: "0.0.0.0" });
  });
  afterAll(() => host.stop());

  const start = async (ask: ReturnType<typeof asking>, query = "") =>
    ask(`/api/runs${query}`, { method: "POST", body: await pictureForm() });

  it("open a server beyond loopback to whoever has one, without any configuration", async () => {
    const { key } = await makeKey(host);
    expect((await asking(server.url, key)("/api/runs")).status).toBe(200);
    const refused = await fetch(new URL("/api/runs", server.url));
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="maskloom"',
    ]);
    expect((await asking(server.url, "whatever")("/api/runs")).status).toBe(401);
    expect((await asking(server.url, `${key}x`)("/api/runs")).status).toBe(401);
  });

  it("are written down as a hash: the database holds nothing that opens a door", async () => {
    const { id, key } = await makeKey(host);
    const secret = key.slice(id.length + 1);
    for (const table of ["keys", "owners", "audit", "events"]) {
      const { rows } = await sql<{
        row: string;
      }>`select row_to_json(t)::text as row from ${sql.table(table)} t`.execute(db);
      const text = rows.map(({ row }) => row).join("\n");
      expect(text).not.toContain(secret);
      if (table === "keys") expect(text).toContain(id);
    }
  });

  it("are told apart by every character", async () => {
    const { id, key } = await makeKey(host);
    const other = await makeKey(host);
    expect(await verifyKey(db, key)).toMatchObject({ keyId: id, owner: LOCAL_OWNER, role: "operator" });
    expect(await verifyKey(db, id + other.key.slice(other.id.length))).toBeNull();
    for (let at = id.length + 1; at < key.length; at++) {
      const changed = key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1);
      expect(await verifyKey(db, changed)).toBeNull();
    }
  });

  it("let a viewer read, an operator work, and neither do more than that", async () => {
    const viewer = asking(server.url, (await makeKey(host, { role: "viewer" })).key);
    const operator = asking(server.url, (await makeKey(host, { role: "operator" })).key);
    const begun = await start(operator);
    expect(begun.status).toBe(202);
    const { runUUID } = RunDetail.parse(await begun.json());
    expect((await viewer(`/api/runs/${runUUID}`)).status).toBe(200);
    for (const refused of [
      await start(viewer),
      await viewer(`/api/runs/${runUUID}/cancel`, { method: "POST" }),
    ])
      expect([refused.status, await codeOf(refused)]).toEqual([403, "FORBIDDEN"]);
    expect(await (await viewer(`/api/runs/${runUUID}`)).json()).toMatchObject({ status: "queued" });
  });

  it("are noted in the audit with whoever did what, for good", async () => {
    const { id, key, owner } = await makeKey(host, { owner: "auditor" });
    const ask = asking(server.url, key);
    const { runUUID } = RunDetail.parse(await (await start(ask)).json());
    await ask(`/api/runs/${runUUID}/cancel`, { method: "POST" });
    await revokeKey(db, id, "test");
    await revokeKey(db, id, "test");
    const rows = await db
      .selectFrom("audit")
      .select(["actor", "action", "target", "detail"])
      .where("owner_uuid", "=", owner)
      .orderBy("id")
      .execute();
    expect(rows).toEqual([
      {
        actor: "test",
        action: "key.create",
        target: id,
        detail: { name: "a key of auditor", role: "operator", requestsPerMinute: null, concurrency: null },
      },
      { actor: "api", action: "run.cancel", target: runUUID, detail: { key: id } },
      { actor: "test", action: "key.revoke", target: id, detail: {} },
    ]);
    await expect(db.deleteFrom("audit").execute()).rejects.toThrow(/append-only/);
  });

  it("say when they were last used", async () => {
    const { id, key } = await makeKey(host);
    const lastUse = async () => {
      const row = await db.selectFrom("keys").select("last_used_at").where("id", "=", id).executeTakeFirst();
      return row?.last_used_at ?? null;
    };
    expect(await lastUse()).toBeNull();
    await asking(server.url, key)("/api/runs");
    expect(await lastUse()).toBeInstanceOf(Date);
  });

  it("end with their revocation: for every server at once, on loopback too, and never become another's", async () => {
    const { id, key } = await makeKey(host);
    const local = await host.start();
    for (const { url } of [server, local]) expect((await asking(url, key)("/api/runs")).status).toBe(200);
    await revokeKey(db, id, "test");
    for (const { url } of [server, local]) expect((await asking(url, key)("/api/runs")).status).toBe(401);
    expect((await fetch(new URL("/api/runs", local.url))).status).toBe(200);
  });

  describe("that opened live events", () => {
    /* Only what the test itself lets happen ends a connection: news of a revocation, or the look that is taken now and then. */
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    const open = async (key: string) => {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/events`, LIVE_PROTOCOL, {
        headers: { authorization: `Bearer ${key}` },
      });
      await new Promise((resolve) => socket.once("message", resolve));
      return socket;
    };
    const openTwo = async () => {
      const [doomed, kept] = [await makeKey(host), await makeKey(host)];
      const [lost, stays] = [await open(doomed.key), await open(kept.key)];
      const closed = new Promise<number>((resolve) => lost.once("close", resolve));
      const expectTheOther = () => {
        expect(stays.readyState).toBe(WebSocket.OPEN);
        stays.terminate();
      };
      return { doomed, closed, expectTheOther };
    };

    it("end them at once when another process revokes them, and nobody else's", async () => {
      const { doomed, closed, expectTheOther } = await openTwo();
      const other = await openDatabase(host.services.config);
      const store = await openStore(other.pool, other.connection, host.services.config.database.schema);
      await revokeKey(store.db, doomed.id, "test");
      store.wakeUps.notify("keys");
      expect(await closed).toBe(3000);
      expectTheOther();
      await store.close();
      await other.close();
    });

    it("end them even where the news of it is lost", async () => {
      const { doomed, closed, expectTheOther } = await openTwo();
      await revokeKey(db, doomed.id, "test");
      vi.advanceTimersByTime(20_000);
      expect(await closed).toBe(3000);
      expectTheOther();
    });
  });

  it("do not open a server again once the last is revoked", async () => {
    const bare = await openServerHost();
    const { id } = await makeKey(bare);
    const open = await bare.start({}, { host: "0.0.0.0" });
    await revokeKey(bare.services.store.db, id, "test");
    await expect(bare.start({}, { host: "0.0.0.0" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await fetch(new URL("/api/runs", open.url))).status).toBe(401);
    await bare.stop();
  });

  describe("with a limit", () => {
    it("let as many requests through as it says, however many come at once and through whichever server", async () => {
      const { key } = await makeKey(host, { limits: { requestsPerMinute: 7 } });
      const second = await host.start({}, { host: "0.0.0.0" });
      const asks = [asking(server.url, key), asking(second.url, key)];
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, at) => asks[at % 2]?.("/api/models") ?? Promise.reject()),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(7);
      expect(statuses.filter((status) => status === 429)).toHaveLength(33);
      for (const answer of answers.filter(({ status }) => status === 429)) {
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
        expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(9);
        expect(await codeOf(answer)).toBe("RATE_LIMITED");
      }
      const other = asking(server.url, (await makeKey(host)).key);
      expect((await other("/api/models")).status).toBe(200);
    });

    it("give requests back evenly over the minute", async () => {
      const { id, key } = await makeKey(host, { limits: { requestsPerMinute: 6 } });
      /* A fresh server each time: it remembers for how long it has refused a key. */
      const count = async () => {
        const fresh = await host.start({}, { host: "0.0.0.0" });
        const answers = await Promise.all(
          Array.from({ length: 12 }, () => asking(fresh.url, key)("/api/models")),
        );
        return answers.filter(({ status }) => status === 200).length;
      };
      const passTime = (seconds: number) =>
        sql`update keys set replenished_at = replenished_at - make_interval(secs => ${seconds}::float8)
          where id = ${id}`.execute(db);
      expect(await count()).toBe(6);
      await passTime(20);
      expect(await count()).toBe(2);
      await passTime(3600);
      expect(await count()).toBe(6);
    });

    it("refuse one task too many under way, but not reading, and go on when one has ended", async () => {
      const { key } = await makeKey(host, { owner: "busy", limits: { concurrency: 1 } });
      const ask = asking(server.url, key);
      const stop = new AbortController();
      const waiting = ask("/api/runs?wait=100", {
        method: "POST",
        body: await pictureForm(),
        signal: stop.signal,
      });
      const isUnderWay = async () => {
        const { runs } = RunPage.parse(await (await ask("/api/runs")).json());
        return runs.length > 0;
      };
      while (!(await isUnderWay()));
      const refused = await start(ask);
      expect([refused.status, refused.headers.get("retry-after"), await codeOf(refused)]).toEqual([
        429,
        "1",
        "RATE_LIMITED",
      ]);
      stop.abort();
      await expect(waiting).rejects.toThrow();
      let status = 429;
      while (status === 429) ({ status } = await start(ask));
      expect(status).toBe(202);
    });
  });

  it("that are wrong are waited for after sixty, while a right one from there is heard", async () => {
    const alone = await host.start({ apiKey: "the-configured-key" }, { host: "0.0.0.0" });
    const wrong = asking(alone.url, "no-such-key");
    const answers = await Promise.all(Array.from({ length: 60 }, () => wrong("/api/runs")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    const refused = await wrong("/api/runs");
    expect([refused.status, await codeOf(refused)]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await asking(alone.url, (await makeKey(host)).key)("/api/runs")).status).toBe(200);
    expect((await asking(alone.url, "the-configured-key")("/api/runs")).status).toBe(429);
    const long = await host.start({ apiKey: LONG_KEY }, { host: "0.0.0.0" });
    for (let at = 0; at < 61; at += 1) await asking(long.url, "no-such-key")("/api/runs");
    expect((await asking(long.url, LONG_KEY)("/api/runs")).status).toBe(200);
  });
});
