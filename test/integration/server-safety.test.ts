import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Config } from "../../src/config/config.ts";
import { LIVE_KEY_PREFIX, LIVE_PROTOCOL } from "../../src/contracts/api.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

const KEY = "a-key-of-twenty-five-letters";
const SMALL = { MASKLOOM_MAX_INPUT_BYTES: "100000", MASKLOOM_MAX_INPUT_PIXELS: "10000" };

describe("the server's doors", () => {
  let host: ServerHost;
  let open: RunningServer;
  beforeAll(async () => {
    host = await openServerHost(SMALL);
    open = await host.start();
  });
  afterAll(() => host.stop());

  /** fetch sets Host and Origin by itself; these must be free to lie. */
  const ask = async (
    server: RunningServer,
    headers: Record<string, string>,
    path = "/api/runs",
    method = "GET",
  ) => {
    const request = httpRequest(new URL(path, server.url), { headers, method });
    request.end();
    const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
    const body = await text(response);
    return { status: response.statusCode, headers: response.headers, body };
  };
  const upgrade = async (
    server: RunningServer,
    headers: Record<string, string>,
    protocols: string[] = [],
  ) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/events`, protocols, { headers });
    const outcome = await new Promise<number>((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
    socket.on("error", () => undefined);
    socket.terminate();
    return outcome;
  };
  const portOf = (server: RunningServer) => new URL(server.url).port;

  it.each([
    "evil.example",
    "evil.example:8787",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.168.1.7",
  ])("refuse the Host %j on loopback, requests and upgrades alike", async (name) => {
    const answer = await ask(open, { host: name });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "FORBIDDEN" } });
    expect(await upgrade(open, { host: name })).toBe(403);
  });

  it.each(["localhost", "localhost:1234", "127.0.0.1", "127.9.9.9", "[::1]:80", "LOCALHOST."])(
    "accept the Host %j on loopback",
    async (name) => {
      expect((await ask(open, { host: name })).status).toBe(200);
      expect(await upgrade(open, { host: name })).toBe(101);
    },
  );

  it.each(["HTTP/1.0", "HTTP/1.1"])("refuse a request without Host, in %s", async (version) => {
    const socket = connect(Number(portOf(open)), "127.0.0.1");
    socket.write(`GET /api/runs ${version}\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 [\s\S]*FORBIDDEN/);
  });

  it.each(["/api/reviews?workflow=%00", "/api/runs?q=%00", "/api/runs?workflow=%00", "/api/audit?actor=%00"])(
    "take a NUL that no text can hold for what it is, %s",
    async (path) => {
      const answer = await ask(open, { host: `127.0.0.1:${portOf(open)}` }, path);
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
        400,
        { error: { code: "INPUT_INVALID" } },
      ]);
    },
  );

  it("accept a Host that the configuration names, by its name", async () => {
    const named = await host.start({
      allowedHosts: ["masks.example"],
      publicUrl: "https://public.example",
      requireKeys: false,
    });
    const statuses = await Promise.all(
      ["masks.example:99", "public.example", "other.example"].map((name) => ask(named, { host: name })),
    );
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 403]);
  });

  it.each(["https://evil.example", "null", "http://localhost:3000", "https://localhost", "http://127.0.0.1"])(
    "refuse pages of %j, requests and upgrades alike",
    async (origin) => {
      const host = `127.0.0.1:${portOf(open)}`;
      expect((await ask(open, { host, origin })).status).toBe(403);
      expect((await ask(open, { host, origin }, "/api/runs", "POST")).status).toBe(403);
      expect(await upgrade(open, { host, origin })).toBe(403);
    },
  );

  it("accept its own pages and those that the configuration lists; only these may read across origins", async () => {
    const listed = await host.start({
      allowedOrigins: ["https://app.example"],
      publicUrl: "https://public.example",
      requireKeys: false,
    });
    const own = `http://127.0.0.1:${portOf(listed)}`;
    for (const origin of [own, "https://app.example", "https://public.example"]) {
      const answer = await ask(listed, { origin });
      expect(answer.status).toBe(200);
      const shared = answer.headers["access-control-allow-origin"];
      expect(shared).toBe(origin === "https://app.example" ? origin : undefined);
      expect(await upgrade(listed, { origin })).toBe(101);
    }
    const preflight = await ask(
      listed,
      { origin: "https://app.example", "access-control-request-method": "POST" },
      "/api/runs",
      "OPTIONS",
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers": expect.stringContaining("authorization"),
    });
    const other = await ask(listed, { origin: "https://app.example.evil" }, "/api/runs", "OPTIONS");
    expect([other.status, other.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
  });

  it("stay closed beyond loopback without a key, and say what to do", async () => {
    const attempt = startServer(host.services, { host: "0.0.0.0", port: 0 });
    await expect(attempt).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringMatching(/maskloom keys create.*MASKLOOM_API_KEY/),
    });
    const behindProxy = host.start({ publicUrl: "https://public.example" });
    await expect(behindProxy).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(host.start({ requireKeys: true })).rejects.toMatchObject({
      message: expect.stringContaining("MASKLOOM_REQUIRE_KEYS"),
    });
  });

  describe("with a key", () => {
    let locked: RunningServer;
    beforeAll(async () => {
      locked = await host.start({ apiKey: KEY }, { host: "0.0.0.0" });
    });
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

    it("answer only to the bearer, and challenge the others", async () => {
      expect((await ask(locked, bearer(KEY))).status).toBe(200);
      for (const headers of [
        {},
        bearer(`${KEY}x`),
        bearer(KEY.slice(1)),
        { authorization: `Basic ${KEY}` },
      ]) {
        const answer = await ask(locked, headers);
        expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, 'Bearer realm="maskloom"']);
        expect(answer.body).not.toContain(KEY);
      }
    });

    it("tell a stranger so although a large body is still on its way", async () => {
      const local = new URL("/api/runs", `http://127.0.0.1:${portOf(locked)}`);
      const body = await pictureForm({}, Buffer.alloc(1_000_000));
      const answer = await fetch(local, { method: "POST", body });
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: "UNAUTHORIZED" } }]);
    });

    it("let anybody ask whether they live, and nothing else", async () => {
      const paths = ["/", "/healthz", "/readyz", "/openapi.json", "/api/models", "/api/events"];
      const answers = await Promise.all(paths.map((path) => ask(locked, {}, path)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 401, 401]);
    });

    it("let a WebSocket in by its header or, as browsers must, by its subprotocol", async () => {
      const carrier = LIVE_KEY_PREFIX + Buffer.from(KEY).toString("base64url");
      expect(await upgrade(locked, {})).toBe(401);
      expect(await upgrade(locked, {}, [LIVE_PROTOCOL, `${LIVE_KEY_PREFIX}d3Jvbmc`])).toBe(401);
      expect(await upgrade(locked, bearer(KEY))).toBe(101);
      expect(await upgrade(locked, {}, [LIVE_PROTOCOL, carrier])).toBe(101);
    });

    it("accept an address as Host beyond loopback, but still no foreign name", async () => {
      expect((await ask(locked, { ...bearer(KEY), host: "10.1.2.3:8787" })).status).toBe(200);
      expect((await ask(locked, { ...bearer(KEY), host: "evil.example" })).status).toBe(403);
    });
  });

  it("send every answer, failures too, with headers that allow a page nothing", async () => {
    for (const path of ["/", "/healthz", "/nothing"]) {
      const { headers } = await ask(open, {}, path);
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringContaining("default-src 'none'"),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });

  it("refuse a picture above the limit of bytes, of pixels, and a declared size before reading it", async () => {
    const start = (body: FormData) => fetch(new URL("/api/runs", open.url), { method: "POST", body });
    const heavy = await start(await pictureForm({}, Buffer.alloc(100_001)));
    expect([heavy.status, await heavy.json()]).toEqual([
      413,
      { error: { code: "IMAGE_TOO_LARGE", message: expect.stringContaining("0.1 MiB") } },
    ]);
    const { plainPicture } = await import("./server-host.ts");
    const wide = await start(await pictureForm({}, await plainPicture(101, 100)));
    expect([wide.status, await wide.json()]).toMatchObject([413, { error: { code: "IMAGE_TOO_LARGE" } }]);

    const socket = connect(Number(portOf(open)), "127.0.0.1");
    socket.write(
      "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n",
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*IMAGE_TOO_LARGE/i);
  });

  it("refuse JSON that would be far more in memory than on its way, or is deeper than anything is, and any but UTF-8", async () => {
    const roomy = await openServerHost();
    const { url } = await roomy.start();
    const send = async (body: string | Buffer, type = "application/json") => {
      const answer = await fetch(new URL("/api/workflow-checks", url), {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message];
    };
    expect(await send(`[${"[],".repeat(1_100_000)}0]`)).toEqual([
      400,
      "request body: expected at most 2000000 values, got more",
    ]);
    expect(await send("[".repeat(200_000))).toEqual([
      400,
      "request body: expected JSON at most 100 levels deep, got more",
    ]);
    expect(await send(Buffer.from("{}", "utf16le"), "application/json; charset=utf-16le")).toEqual([
      400,
      "request body: expected JSON in UTF-8, got utf-16le",
    ]);
    await roomy.stop();
  });

  it("answer a client that offers HTTP/2 as if it had not, body and next request too", async () => {
    const offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    const body = JSON.stringify({ workflow: "no-such" });
    const socket = connect(Number(portOf(open)), "127.0.0.1");
    socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n`);
    await once(socket, "readable");
    socket.write(
      `POST /api/runs HTTP/1.1\r\nHost: localhost\r\n${offer}Content-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    socket.write("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
    expect(answers).toContain("WORKFLOW_UNKNOWN");
  });

  it("hang up on a client that never finishes its headers, or its body", async () => {
    const patience = { headersMs: 150, requestMs: 300, checkMs: 50 };
    const server = await host.start({}, { patience });
    const starts = [
      "GET /api/runs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
      "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ];
    for (const start of starts) {
      const socket = connect(Number(portOf(server)), "127.0.0.1");
      socket.write(start);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"TIMED_OUT"/);
    }
  });

  it.each<readonly [string, string, number]>([
    ["what is no HTTP", "\x16\x03\x01\x02\x00\x01\x00", 400],
    ["a head that ends too soon", "GET /api/runs HTTP/1.1\r\nHost: loc", 400],
    [
      "two lengths",
      "POST /v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n[]",
      400,
    ],
    [
      "a length beside chunks",
      "POST /v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["a head of 20 KB", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ...["/v1", "/api/events"].map((path): readonly [string, string, number] => [
      `a WebSocket of ${path} without a key`,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      400,
    ]),
  ])("answer %s with a code, and hang up", async (_what, request, status) => {
    const socket = connect(Number(portOf(open)), "127.0.0.1");
    socket.end(Buffer.from(request, "latin1"));
    const answer = await text(socket);
    expect(answer).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*content-security-policy[\\s\\S]*"code":"INPUT_INVALID"`),
    );
  });

  it("never tell what went wrong inside, only where the log has it", async () => {
    const broken = {
      ...host.services.store,
      db: undefined as unknown as ServerHost["services"]["store"]["db"],
    };
    const server = await startServer(
      { ...host.services, store: broken },
      { host: "127.0.0.1", port: 0, log: (await import("../../src/logging/log.ts")).createLogger("silent") },
    );
    const answer = await ask(server, {});
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: "INTERNAL", message: expect.stringContaining(String(answer.headers["x-request-id"])) },
    });
    expect(answer.body).not.toMatch(/undefined|selectFrom|at /);
    const ready = await ask(server, {}, "/readyz");
    expect([ready.status, JSON.parse(ready.body)]).toEqual([
      503,
      { status: "unavailable", missing: ["database", "migrations"] },
    ]);
    await server.close();
  });

  it("name the busy port and what to do", async () => {
    const port = Number(portOf(open));
    const attempt = host.start({}, { port });
    await expect(attempt).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(new RegExp(`port ${port} .*in use.*--port`)),
    });
    await expect(
      host.start({}, { host: "localhost.invalid" } as Partial<Config["server"]>),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/FORBIDDEN|INPUT_INVALID/),
    });
  });

  it("close by answering those who wait, ending what is live, and leaving no connection", async () => {
    const server = await host.start();
    const started = await fetch(new URL("/api/runs", server.url), {
      method: "POST",
      body: await pictureForm(),
    });
    const { runUUID } = (await started.json()) as { runUUID: string };
    const waiting = fetch(new URL(`/api/runs/${runUUID}?wait=100`, server.url));
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/events`);
    await once(socket, "message");
    const ended = once(socket, "close");
    const idle = connect(Number(portOf(server)), "127.0.0.1");
    await once(idle, "connect");
    const dropped = once(idle, "close");
    await server.close();
    expect(await (await waiting).json()).toMatchObject({ runUUID, status: "queued" });
    expect((await ended)[0]).toBe(1001);
    await dropped;
    await expect(fetch(new URL("/healthz", server.url))).rejects.toThrow();
  });
});
