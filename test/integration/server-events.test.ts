import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type ApiError, LiveMessage } from "../../src/contracts/api.ts";
import type { Event, RunDetail } from "../../src/contracts/run.ts";
import { createLogger } from "../../src/logging/log.ts";
import { createAccessPolicy } from "../../src/server/access.ts";
import { createCallers } from "../../src/server/callers.ts";
import { createLiveEvents } from "../../src/server/live-events.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { appendEvents } from "../../src/store/events.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { Store } from "../../src/store/store.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

const PATIENCE = { timeout: 20_000, interval: 10 };

describe("live events", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
  });
  afterAll(() => host.stop());

  /** A client that keeps what it hears; open once the greeting is there. */
  const listen = async (query: Readonly<Record<string, string>> = {}, url = server.url) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/events?${new URLSearchParams(query)}`);
    const events: Event[] = [];
    const told = { workers: 0, installation: 0, heartbeat: 0 };
    const cursor = new Promise<string>((resolve) => {
      socket.on("message", (data) => {
        const message = LiveMessage.parse(JSON.parse(String(data)));
        if (message.type === "hello") resolve(message.cursor);
        else if (message.type === "event") events.push(message.event);
        else told[message.type] += 1;
      });
    });
    return { socket, events, told, cursor: await cursor };
  };
  /** The same events from a server whose side of the connections can be looked at. */
  const serveEvents = async (
    settings: { heartbeatMs?: number; mostConnections?: number } = {},
    store: Store = host.services.store,
  ) => {
    const { config } = host.services;
    const access = createAccessPolicy({ ...config.server, host: "127.0.0.1" });
    const callers = createCallers(store, { apiKey: undefined, keyRequired: false });
    const live = createLiveEvents(store, { access, callers }, createLogger("silent"), {
      mostConnections: 256,
      ...settings,
    });
    const connections: Socket[] = [];
    const inner = createServer().on("upgrade", live.handleUpgrade);
    inner.on("connection", (socket: Socket) => connections.push(socket));
    await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
    const { port } = inner.address() as AddressInfo;
    const close = async () => {
      await live.close();
      await new Promise((resolve) => inner.close(resolve));
    };
    return { url: `http://127.0.0.1:${port}`, connections, close };
  };
  const begin = async () => {
    const response = await fetch(new URL("/api/runs", server.url), {
      method: "POST",
      body: await pictureForm(),
    });
    return (await response.json()) as RunDetail;
  };
  const cancel = (runUUID: string) =>
    fetch(new URL(`/api/runs/${runUUID}/cancel`, server.url), { method: "POST" });

  it("greet with a cursor, then tell what happens, in order", async () => {
    const { socket, events } = await listen();
    const run = await begin();
    await cancel(run.runUUID);
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain("run.ended"), PATIENCE);
    const types = events.filter(({ batchUUID }) => batchUUID === run.batchUUID).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(["batch.created", "run.created"]);
    expect(types).toContain("task.queued");
    socket.terminate();
  });

  it("tell that workers live to whoever asks for it, once for many, and to nobody else", async () => {
    const [page, plain] = [await listen({ workers: "true" }), await listen()];
    for (let heartbeat = 0; heartbeat < 20; heartbeat++) host.services.store.wakeUps.notify("workers");
    await vi.waitFor(() => expect(page.told.workers).toBe(1), PATIENCE);
    expect(plain.told.workers).toBe(0);
    page.socket.terminate();
    plain.socket.terminate();
  });

  it("tell whoever asks for it that what is set up here was changed", async () => {
    const page = await listen({ workers: "true" });
    const json = { "content-type": "application/json" };
    const changes = [
      ["PATCH", "/api/settings", { MASKLOOM_KEEP_DAYS: 90 }],
      ["PATCH", "/api/owners/local", { labels: { team: "retouch" } }],
      ["POST", "/api/queues/outside/pause", undefined],
    ] as const;
    for (const [method, path, body] of changes) {
      const before = page.told.installation;
      const init = { method, headers: json, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      expect((await fetch(new URL(path, server.url), init)).status).toBe(200);
      await vi.waitFor(() => expect(page.told.installation, path).toBeGreaterThan(before), PATIENCE);
    }
    page.socket.terminate();
  });

  it("say that the server is there also where nothing happens", async () => {
    const beating = await serveEvents({ heartbeatMs: 20 });
    const { socket, told } = await listen({}, beating.url);
    await vi.waitFor(() => expect(told.heartbeat).toBeGreaterThan(2), PATIENCE);
    socket.terminate();
    await beating.close();
  });

  it("tell only of the run or batch that was asked for", async () => {
    const [one, other] = [await begin(), await begin()];
    const ofRun = await listen({ run: one.runUUID, after: "0.0" });
    const ofBatch = await listen({ batch: other.batchUUID, after: "0.0" });
    await Promise.all([cancel(one.runUUID), cancel(other.runUUID)]);
    await vi.waitFor(() => {
      expect(ofRun.events.at(-1)?.type).toBe("run.ended");
      expect(ofBatch.events.map(({ type }) => type)).toContain("run.ended");
    }, PATIENCE);
    expect(new Set(ofRun.events.map(({ runUUID }) => runUUID))).toEqual(new Set([one.runUUID]));
    expect(new Set(ofBatch.events.map(({ batchUUID }) => batchUUID))).toEqual(new Set([other.batchUUID]));
    for (const { socket } of [ofRun, ofBatch]) socket.terminate();
  });

  it("resume after a lost connection: nothing is left out and nothing comes twice", async () => {
    const { batchUUID } = await begin();
    const write = (from: number, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          appendEvents(host.services.store.db, [
            { type: "task.progress", owner: LOCAL_OWNER, batch: batchUUID, data: { n: from + at } },
          ]),
        ),
      );
    const seen: Event[] = [];
    let after = (await listen({ batch: batchUUID })).cursor;
    for (let round = 0; round < 5; round++) {
      const { socket, events } = await listen({ batch: batchUUID, after });
      const writing = write(round * 40, 40);
      await vi.waitFor(() => expect(events.length).toBeGreaterThan(5), PATIENCE);
      socket.terminate();
      await once(socket, "close");
      seen.push(...events);
      after = events.at(-1)?.cursor ?? after;
      await writing;
    }
    const rest = await listen({ batch: batchUUID, after });
    await vi.waitFor(() => expect(seen.length + rest.events.length).toBeGreaterThanOrEqual(200), PATIENCE);
    const numbers = [...seen, ...rest.events].map(({ data }) => data["n"] as number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    rest.socket.terminate();
  });

  it("wait for a client that does not read, instead of piling up, and go on when it does", async () => {
    const { batchUUID } = await begin();
    const { url, connections, close } = await serveEvents();
    const { socket, events } = await listen({ batch: batchUUID }, url);
    const [connection] = connections;
    socket.pause();
    const load = "x".repeat(20_000);
    const many = Array.from({ length: 1_000 }, (_, n) => ({
      type: "task.progress" as const,
      owner: LOCAL_OWNER,
      batch: batchUUID,
      data: { n, load },
    }));
    await appendEvents(host.services.store.db, many);
    host.services.store.wakeUps.notify("events");
    /* Another client hears all of it meanwhile, so the server has had its chance to pile up. */
    const other = await listen({ batch: batchUUID, after: "0.0" }, url);
    await vi.waitFor(() => expect(other.events.length).toBeGreaterThanOrEqual(1_000), PATIENCE);
    other.socket.terminate();
    expect(events.length).toBeLessThan(1_000);
    expect(connection?.writableLength).toBeLessThan(2 * load.length);
    socket.resume();
    await vi.waitFor(() => expect(events.length).toBe(1_000), PATIENCE);
    expect(events.map(({ data }) => data["n"])).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    socket.terminate();
    await close();
  });

  it("are read once for all pages of a server, which all hear the same", async () => {
    const { store } = host.services;
    let reads = 0;
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        if (node.kind === "SelectQueryNode" && JSON.stringify(node.from).includes('"events"')) reads += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const { url, close } = await serveEvents({}, { ...store, db: store.db.withPlugin(counting) });
    const { batchUUID } = await begin();
    const pages = await Promise.all(Array.from({ length: 32 }, () => listen({ batch: batchUUID }, url)));
    const tell = async (n: number) => {
      await appendEvents(store.db, [
        { type: "task.progress", owner: LOCAL_OWNER, batch: batchUUID, data: { n } },
      ]);
      store.wakeUps.notify("events");
      await vi.waitFor(() => {
        for (const { events } of pages) expect(events.at(-1)?.data["n"]).toBe(n);
      }, PATIENCE);
    };
    await tell(0);
    const before = reads;
    for (let n = 1; n <= 10; n++) await tell(n);
    /* Ten for what was told, a few since time went by; each page by itself would be 320. */
    expect(reads - before).toBeGreaterThanOrEqual(10);
    expect(reads - before).toBeLessThan(160);
    const [first] = pages;
    for (const { events } of pages) expect(events).toEqual(first?.events);
    for (const { socket } of pages) socket.terminate();
    await close();
  });

  it("refuse a page beyond the most that a server has, also of many that come at once, until one is closed", async () => {
    const { url, close } = await serveEvents({ mostConnections: 3 });
    const open = async () => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/events`);
      socket.on("error", () => undefined);
      const refused = once(socket, "unexpected-response").then(([, response]) => response as IncomingMessage);
      return { socket, refused: await Promise.race([refused, once(socket, "open").then(() => null)]) };
    };
    const pages = await Promise.all(Array.from({ length: 8 }, open));
    const refusals = pages.flatMap(({ refused }) => (refused === null ? [] : [refused]));
    expect(refusals).toHaveLength(5);
    for (const response of refusals) {
      expect(response.statusCode).toBe(503);
      expect(response.headers["retry-after"]).toBe("15");
      const { error } = JSON.parse(String((await once(response, "data"))[0])) as ApiError;
      expect(error).toMatchObject({ code: "ENGINE_UNAVAILABLE" });
      expect(error.message).toMatch(/3 connections are open.*MASKLOOM_LIVE_CONNECTIONS/);
    }
    const [letIn] = pages.filter(({ refused }) => refused === null);
    letIn?.socket.terminate();
    await vi.waitFor(async () => {
      const { socket, refused } = await open();
      socket.terminate();
      expect(refused).toBeNull();
    }, PATIENCE);
    for (const { socket } of pages) socket.terminate();
    await close();
  });

  it.each(["after=yesterday", "after=99999999999999999999.1", "run=7", "colour=red"])(
    "refuse %s before the upgrade, with the reason",
    async (query) => {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/events?${query}`);
      socket.on("error", () => undefined);
      const [, response] = await once(socket, "unexpected-response");
      expect(response.statusCode).toBe(400);
      expect(JSON.parse(String((await once(response, "data"))[0]))).toMatchObject({
        error: { code: "INPUT_INVALID" },
      });
      socket.terminate();
    },
  );

  it("refuse an address that is none with 404, as any other that there is not", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}//`);
    socket.on("error", () => undefined);
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(404);
    socket.terminate();
  });

  it("drop a client that talks too much", async () => {
    const { socket } = await listen();
    socket.send("x".repeat(2_000));
    const [code] = await once(socket, "close");
    expect(code).toBe(1009);
  });
});
