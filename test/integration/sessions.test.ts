import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SessionView } from "../../src/contracts/session.ts";
import { createLogger } from "../../src/logging/log.ts";
import { createCallers } from "../../src/server/callers.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { revokeKey } from "../../src/store/keys.ts";
import { codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const CONFIGURED = "the-key-of-the-configuration";

describe("a session", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start({ requireKeys: true, apiKey: CONFIGURED }, { log: createLogger("error") });
  });
  afterAll(() => host.stop());

  const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init);
  /** As a browser that keeps cookies. */
  const signIn = async (key: string) => {
    const response = await ask("/api/session", {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
    });
    const set = response.headers.getSetCookie();
    const cookie = set.map((line) => line.split(";")[0]).join("; ");
    return { response, set, cookie, view: SessionView.parse(await response.json()) };
  };
  const cancelNothing = "/api/runs/00000000-0000-4000-8000-000000000000/cancel";

  it("is begun with a key and answers for it from then on, in a cookie that scripts cannot read", async () => {
    const { id, key } = await makeKey(host, { role: "viewer" });
    const { set, cookie, view } = await signIn(key);
    expect(view).toMatchObject({ by: "session", owner: "local", role: "viewer", keyId: id });
    expect(set[0]).toMatch(/^maskloom_session=[\w-]{43}; HttpOnly; Path=\/; SameSite=Strict; Max-Age=\d+$/);
    expect(set[1]).toBe(`maskloom_csrf=${view.csrfToken}; ${set[1]?.split("; ").slice(1).join("; ")}`);
    expect(set[1]).not.toContain("HttpOnly");
    expect((await ask("/api/runs")).status).toBe(401);
    expect((await ask("/api/runs", { headers: { cookie } })).status).toBe(200);
    expect(await (await ask("/api/session", { headers: { cookie } })).json()).toEqual(view);
    const byKey = await ask("/api/session", { headers: { cookie, authorization: `Bearer ${key}` } });
    expect(await byKey.json()).toMatchObject({ by: "key", csrfToken: null });
  });

  it("is not begun with a wrong key, nor with none", async () => {
    for (const headers of [
      {},
      { authorization: "Bearer mlk_000000000000_00000000000000000000000000000000" },
    ]) {
      const response = await ask("/api/session", { method: "POST", headers });
      expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
    }
  });

  it("changes nothing without its token, and nothing that its role may not", async () => {
    const [operator, viewer] = [await makeKey(host), await makeKey(host, { role: "viewer" })];
    const { cookie, view } = await signIn(operator.key);
    const other = await signIn(viewer.key);
    const change = async (headers: Record<string, string>) => {
      const response = await ask(cancelNothing, { method: "POST", headers });
      return [response.status, await codeOf(response)];
    };
    expect(await change({ cookie })).toEqual([403, "FORBIDDEN"]);
    expect(await change({ cookie, "x-csrf-token": other.view.csrfToken ?? "" })).toEqual([403, "FORBIDDEN"]);
    expect(await change({ cookie, "x-csrf-token": view.csrfToken ?? "" })).toEqual([404, "NOT_FOUND"]);
    const theirs = { cookie: other.cookie, "x-csrf-token": other.view.csrfToken ?? "" };
    expect(await change(theirs)).toEqual([403, "FORBIDDEN"]);
  });

  it("is over for every copy of its cookie once somebody signs out", async () => {
    const { key } = await makeKey(host);
    const { cookie, view } = await signIn(key);
    const refused = await ask("/api/session", { method: "DELETE", headers: { cookie } });
    expect(refused.status).toBe(403);
    const headers = { cookie, "x-csrf-token": view.csrfToken ?? "" };
    const out = await ask("/api/session", { method: "DELETE", headers });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie().every((line) => line.includes("Max-Age=0"))).toBe(true);
    expect((await ask("/api/runs", { headers })).status).toBe(401);
  });

  it("ends with its key, with a change of the configured one, and when nobody uses it", async () => {
    const { db } = host.services.store;
    const { id, key } = await makeKey(host);
    const [ofKey, ofConfigured, idle] = [
      await signIn(key),
      await signIn(CONFIGURED),
      await signIn(CONFIGURED),
    ];
    const status = async ({ cookie }: { cookie: string }, url = server.url) =>
      (await fetch(new URL("/api/runs", url), { headers: { cookie } })).status;
    expect([await status(ofKey), await status(ofConfigured), await status(idle)]).toEqual([200, 200, 200]);
    expect(ofConfigured.view).toMatchObject({ role: "admin", keyId: null });
    await revokeKey(db, id, "test");
    expect([await status(ofKey), await status(ofConfigured)]).toEqual([401, 200]);
    const changed = await host.start({ requireKeys: true, apiKey: `${CONFIGURED}-another-one` });
    expect(await status(ofConfigured, changed.url)).toBe(401);
    await sql`update sessions set last_used_at = now() - interval '3 hours' where csrf = ${idle.view.csrfToken}`.execute(
      db,
    );
    expect([await status(idle), await status(ofConfigured)]).toEqual([401, 200]);
  });

  it("opens the live events for pages of this server only, and closes them when it is over", async () => {
    const { key } = await makeKey(host);
    const { cookie, view } = await signIn(key);
    const open = (headers: Record<string, string>) =>
      new WebSocket(`${server.url.replace("http", "ws")}/api/events`, { headers });
    const stranger = open({ cookie, origin: "https://elsewhere.example" });
    const refusal = await new Promise<Error>((resolve) => stranger.once("error", resolve));
    expect(refusal.message).toContain("403");
    const socket = open({ cookie, origin: server.url });
    await new Promise((resolve) => socket.once("message", resolve));
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    await ask("/api/session", {
      method: "DELETE",
      headers: { cookie, "x-csrf-token": view.csrfToken ?? "" },
    });
    expect(await closed).toBe(3000);
  });

  it("that ended between letting a connection in and watching over it is found to be over", async () => {
    const { store } = host.services;
    const { key } = await makeKey(host);
    const { cookie, view } = await signIn(key);
    const callers = createCallers(store, { apiKey: CONFIGURED, keyRequired: true });
    const caller = await callers.identify({ cookie }, "127.0.0.1", false);
    await sql`delete from sessions where csrf = ${view.csrfToken}`.execute(store.db);
    const stop = await new Promise<() => void>((resolve) => {
      const stopWatching = callers.watchSession(caller, { cookie }, () => resolve(stopWatching));
    });
    stop();
  });

  it("is not needed where nobody has to say who they are", async () => {
    const open = await host.start();
    const response = await fetch(new URL("/api/session", open.url), { method: "POST" });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({ by: "nothing", role: "admin", csrfToken: null });
  });
});
