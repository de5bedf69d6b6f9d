import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { RunningServer, ServerOptions } from "../../src/server/start-server.ts";
import { createEchoService, type EchoService } from "../protocol/echo-service.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { openAuthenticated, openWireSocket, type WireSocket } from "./wire-socket.ts";

/* What belongs to HTTP and to sockets at /v1; the tasks are performed by a service that echoes. */

const MIB = 1024 * 1024;
const KEY = "a-key-of-twenty-five-letters";
const masking = (model = "echo", taskUUID: string = randomUUID()) => ({
  taskType: "imageMasking",
  taskUUID,
  model,
  inputImage: randomUUID(),
});

/** As the server looks after slow senders, only oftener. */
const IMPATIENT = { windowMs: 500, leastBytes: 64 * 1024, soonWindows: 4, mostWindows: 1_000 };
const MORE_THAN_TURNS = 12;

let host: ServerHost;
let server: RunningServer;
let tasks: EchoService;

const start = (
  settings: Parameters<ServerHost["start"]>[0] = {},
  options: Partial<ServerOptions> = {},
): Promise<RunningServer> => host.start(settings, { tasks, ...options });
const wireUrl = ({ url }: RunningServer, rest = "") => `${url.replace("http", "ws")}/v1${rest}`;

beforeAll(async () => {
  host = await openServerHost();
  tasks = createEchoService();
  server = await start();
});
afterAll(() => host.stop());

describe("POST /v1", () => {
  const post = (
    body: string | Uint8Array<ArrayBuffer>,
    path = "/v1",
    headers: Record<string, string> = {},
    to = server,
  ) => fetch(new URL(path, to.url), { method: "POST", body, headers });

  it.each(["/v1", "/v1/", "/v1?sdk=js&version=1"])(
    "answers at %s, whatever else the client sends along",
    async (path) => {
      const task = masking();
      const response = await post(JSON.stringify([task]), path, {
        "x-sdk-name": "js",
        "content-type": "text/x",
      });
      expect([response.status, response.headers.get("content-type")]).toEqual([
        200,
        "application/json; charset=utf-8",
      ]);
      expect(await response.json()).toMatchObject({
        data: [{ taskUUID: task.taskUUID, taskType: "imageMasking" }],
      });
    },
  );

  it("reads what was compressed, and refuses what is larger than it may be before and after", async () => {
    const packed = await post(Buffer.from(gzipSync(JSON.stringify(masking()))), "/v1", {
      "content-encoding": "gzip",
    });
    expect(await packed.json()).toMatchObject({ data: [{}] });
    const bomb = await post(Buffer.from(gzipSync(Buffer.alloc(100 * MIB, " "))), "/v1", {
      "content-encoding": "gzip",
    });
    expect([bomb.status, await bomb.json()]).toMatchObject([
      413,
      { data: [], errors: [{ code: "valueTooLarge" }] },
    ]);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("POST /v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*valueTooLarge/i);
  });

  it("refuses an encoding that it does not know, and what is not what it says", async () => {
    for (const [encoding, body] of [
      ["zip", "[]"],
      ["gzip", "no gzip"],
    ] as const) {
      const answer = await post(body, "/v1", { "content-encoding": encoding });
      expect([answer.status, await answer.json()]).toMatchObject([400, { data: [], errors: [{}] }]);
    }
  });

  it("reads large requests beside slow senders, who lose their turns while others wait", async () => {
    const to = await start({}, { patience: { turns: IMPATIENT } });
    const { hostname, port } = new URL(to.url);
    const slow = await Promise.all(
      Array.from({ length: MORE_THAN_TURNS }, async () => {
        const socket = connect(Number(port), hostname);
        const answered = text(socket);
        socket.write("POST /v1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        const chunk = "A".repeat(2 * MIB);
        socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
        const dribble = setInterval(() => socket.write("1\r\nA\r\n"), 50);
        socket.on("error", () => undefined).once("close", () => clearInterval(dribble));
        return { socket, answered };
      }),
    );
    const small = masking();
    const large = { ...masking(), inputImage: "A".repeat(5 * MIB) };
    const both = await Promise.all([small, large].map((task) => post(JSON.stringify([task]), "/v1", {}, to)));
    for (const [at, { taskUUID }] of [small, large].entries()) {
      expect(await both[at]?.json()).toMatchObject({ data: [{ taskUUID }] });
    }
    const first = await Promise.race(slow.map(({ answered }) => answered));
    expect(first).toMatch(/^HTTP\/1\.1 429 [\s\S]*rateLimitExceeded/);
    for (const { socket } of slow) socket.destroy();
  });

  it("tells the tasks how it was reached, and whether it was only asked for the price", async () => {
    const uuids: string[] = [];
    const ask = async (path: string, headers: Record<string, string>, to = server) => {
      const task = masking();
      uuids.push(task.taskUUID);
      await post(JSON.stringify([task]), path, headers, to);
    };
    const published = await start({ publicUrl: "http://localhost:1234/masks", strict: true });
    await ask("/v1", {});
    await ask("/v1", { "x-runware-dry-run": "1" });
    await ask("/v1?dryRun=1&strict=true", {});
    await ask("/v1", { "x-runware-dry-run": "0" }, published);
    const contexts = uuids.map((uuid) => tasks.contexts.get(uuid));
    expect(contexts).toMatchObject([
      { baseUrl: server.url, dryRun: false, strict: false },
      { baseUrl: server.url, dryRun: true, strict: false },
      { baseUrl: server.url, dryRun: true, strict: true },
      { baseUrl: "http://localhost:1234/masks", dryRun: false, strict: true },
    ]);
  });

  it("is the only method, and says so in the words of the wire", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await fetch(new URL("/v1", server.url), { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
      expect(await response.json()).toMatchObject({ data: [], errors: [{ code: "invalidParameter" }] });
    }
  });

  it("is for pages of listed origins alone, which may read its answers", async () => {
    const listed = await start({ allowedOrigins: ["https://app.example"] });
    const evil = await post(JSON.stringify([masking()]), "/v1", { origin: "https://evil.example" }, listed);
    expect([evil.status, await evil.json()]).toMatchObject([403, { errors: [{ code: "forbidden" }] }]);
    const good = await post(JSON.stringify([masking()]), "/v1", { origin: "https://app.example" }, listed);
    expect([good.status, good.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://app.example",
    ]);
    const preflight = await fetch(new URL("/v1", listed.url), {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    const allowed = preflight.headers.get("access-control-allow-headers");
    for (const name of ["authorization", "content-type", "x-runware-dry-run"])
      expect(allowed).toContain(name);
  });

  it("takes the key from the header or from the first task, and tells a stranger before the body has come", async () => {
    const locked = await start({ apiKey: KEY });
    const body = JSON.stringify([masking()]);
    const withHeader = (key: string) => post(body, "/v1", { authorization: `Bearer ${key}` }, locked);
    expect((await withHeader(KEY)).status).toBe(200);
    const wrong = await withHeader("another-key");
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { errors: [{ code: "invalidApiKey" }] }]);
    const missing = await post(body, "/v1", {}, locked);
    expect([missing.status, await missing.json()]).toMatchObject([
      401,
      { errors: [{ code: "missingApiKey" }] },
    ]);
    const first = [{ taskType: "authentication", apiKey: KEY }, masking()];
    expect((await post(JSON.stringify(first), "/v1", {}, locked)).status).toBe(200);
    const headers = { authorization: "Bearer another-key", "content-length": "50000000" };
    const slow = httpRequest(new URL("/v1", locked.url), { method: "POST", headers });
    slow.on("error", () => undefined);
    slow.write("[");
    const [response] = (await once(slow, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    slow.destroy();
  });

  it("answers those who wait when the server closes", async () => {
    const closing = await start();
    const task = masking("hold");
    const waiting = post(JSON.stringify([task]), "/v1", {}, closing);
    await expect.poll(() => tasks.contexts.has(task.taskUUID)).toBe(true);
    const socket = await openAuthenticated(wireUrl(closing), "any");
    await closing.close();
    const response = await waiting;
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { errors: [{ code: "serviceUnavailable", taskUUID: task.taskUUID }] },
    ]);
    expect(await socket.closed).toBe(1001);
  });
});

describe("the upgrade of /v1", () => {
  const upgrade = async (url: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(url, { headers });
    socket.on("error", () => undefined);
    const outcome = await new Promise<number>((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    });
    socket.terminate();
    return outcome;
  };

  it("is granted with a slash and a query, and refused to foreign pages and names", async () => {
    expect(await upgrade(wireUrl(server))).toBe(101);
    expect(await upgrade(wireUrl(server, "/?sdk=js&version=1.3.2&x="))).toBe(101);
    expect(await upgrade(wireUrl(server, "/other"))).toBe(404);
    expect(await upgrade(wireUrl(server), { origin: "https://evil.example" })).toBe(403);
    expect(await upgrade(wireUrl(server), { host: "evil.example" })).toBe(403);
  });

  it("may ask for prices only", async () => {
    const socket = await openAuthenticated(wireUrl(server, "?sdk=js&dryRun=1"), "any");
    const task = masking();
    socket.send([task]);
    await socket.next();
    expect(tasks.contexts.get(task.taskUUID)).toMatchObject({ dryRun: true, baseUrl: server.url });
    await socket.end();
  });
});

describe("a WebSocket of /v1", () => {
  it("hears nothing before it has said who it is", async () => {
    const socket = await openWireSocket(wireUrl(server));
    socket.send([{ taskType: "authentication", apiKey: "any" }]);
    expect(Object.keys((await socket.next()).data?.[0] ?? {}).sort()).toEqual([
      "connectionSessionUUID",
      "taskType",
    ]);
    await socket.end();
  });

  it("is refused a wrong key with a frame, and then closed", async () => {
    const locked = await start({ apiKey: KEY });
    const socket = await openWireSocket(wireUrl(locked));
    socket.send([{ taskType: "authentication", apiKey: "another-key" }, masking()]);
    expect(await socket.next()).toMatchObject({ errors: [{ code: "invalidApiKey" }], error: {} });
    expect((await socket.next()).errors).toMatchObject([{ taskUUID: expect.any(String) }]);
    expect(await socket.closed).toBe(3000);
  });

  it("takes text alone: anything else is answered, and closes it with what was wrong", async () => {
    const binary = await openAuthenticated(wireUrl(server), "any");
    binary.sendBytes(Buffer.from("[]"), { binary: true });
    expect(await binary.next()).toMatchObject({ errors: [{ code: "invalidFrame" }] });
    expect(await binary.closed).toBe(1003);
    const broken = await openAuthenticated(wireUrl(server), "any");
    broken.sendBytes(Buffer.of(0x5b, 0xff, 0x5d));
    expect(await broken.next()).toMatchObject({ errors: [{ code: "invalidUTF8" }] });
    expect(await broken.closed).toBe(1007);
  });

  it("reads its frames however they are cut into fragments and packets", async () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, cuts, fc.string({ maxLength: 2_000 }), async (fragments, packets, pad) => {
        const socket = await rawConnection(server);
        const { bytes: received, until } = collect(socket);
        const task = { ...masking(), pad };
        const message = Buffer.from(JSON.stringify([{ taskType: "authentication", apiKey: "any" }, task]));
        const parts = cutAt(message, fragments);
        const stream = Buffer.concat(
          parts.map((part, at) => clientFrame(part, at === 0 ? 1 : 0, at === parts.length - 1)),
        );
        for (const packet of cutAt(stream, packets)) socket.write(packet);
        await until(task.taskUUID);
        expect(String(received())).toContain("connectionSessionUUID");
        socket.destroy();
      }),
      { numRuns: 25 },
    );
  });

  it("resumes after its connection was cut: what it has not received comes, and nothing twice", async () => {
    const first = await openKnown(server);
    const [seen, missed] = [masking(), masking("hold")];
    first.socket.send([seen, missed]);
    expect((await first.socket.next()).data).toMatchObject([{ taskUUID: seen.taskUUID }]);
    await first.socket.beforePong(); // by then the server knows that the result has arrived
    await first.socket.beforePong();
    first.socket.cut();
    await first.socket.closed;
    tasks.letGo(missed.taskUUID);
    const second = await openKnown(server, first.sessionUUID);
    expect(second.sessionUUID).toBe(first.sessionUUID);
    expect((await second.socket.next()).data).toMatchObject([{ taskUUID: missed.taskUUID }]);
    expect(await second.socket.beforePong()).toEqual([]);
    await second.socket.end();
  });

  it("whose session another connection resumes is closed, and that one gets its answers", async () => {
    const zombie = await openKnown(server);
    const task = masking("hold");
    zombie.socket.send([task]);
    await zombie.socket.beforePong();
    const now = await openKnown(server, zombie.sessionUUID);
    expect(await zombie.socket.closed).toBe(4001);
    tasks.letGo(task.taskUUID);
    expect((await now.socket.next()).data).toMatchObject([{ taskUUID: task.taskUUID }]);
    await now.socket.end();
  });

  it("that says nothing, or not who it is, is closed after its time; one that is owed an answer is not", async () => {
    const impatient = await start({}, { patience: { idleMs: 300 } });
    const idle = await openAuthenticated(wireUrl(impatient), "any");
    const owed = await openAuthenticated(wireUrl(impatient), "any");
    const task = masking("hold");
    owed.send([task]);
    const stranger = await openWireSocket(wireUrl(impatient));
    const chatter = setInterval(() => stranger.send([{ taskType: "ping" }]), 20);
    expect(await stranger.closed).toBe(1000);
    clearInterval(chatter);
    expect(await idle.closed).toBe(1000);
    tasks.letGo(task.taskUUID);
    expect((await owed.next()).data).toMatchObject([{ taskUUID: task.taskUUID }]);
    expect(await owed.closed).toBe(1000);
  });

  it("whose other end is gone without a word is found out, and those who answer are left alone", async () => {
    const watchful = await start({}, { patience: { beatMs: 100 } });
    const alive = await openAuthenticated(wireUrl(watchful), "any");
    const dead = await rawConnection(watchful); // answers no ping
    const hungUp = once(dead, "close");
    dead.resume();
    await hungUp;
    expect(await alive.beforePong()).toEqual([]);
    await alive.end();
  });

  it("may send large frames, many at once; while they come others are answered", async () => {
    const witness = await openAuthenticated(wireUrl(server), "any");
    const senders = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await openAuthenticated(wireUrl(server), "any");
        const task = { ...masking(), inputImage: "A".repeat(5 * MIB) };
        socket.send([task]);
        return { socket, task };
      }),
    );
    expect(await witness.beforePong()).toEqual([]);
    for (const { socket, task } of senders) {
      expect((await socket.next()).data).toMatchObject([{ taskUUID: task.taskUUID }]);
      await socket.end();
    }
    await witness.end();
  });

  it("that stops in the middle of a large frame costs a turn, not the server: others go on", async () => {
    const stuck = await Promise.all(Array.from({ length: 7 }, () => stopHalfway(server)));
    const socket = await openAuthenticated(wireUrl(server), "any");
    const task = { ...masking(), inputImage: "A".repeat(5 * MIB) };
    socket.send([task]);
    expect((await socket.next()).data).toMatchObject([{ taskUUID: task.taskUUID }]);
    for (const half of stuck) half.destroy();
    await socket.end();
  });

  it("that stops in the middle of a large frame loses its turn to those who send one", async () => {
    const to = await start({}, { patience: { turns: IMPATIENT } });
    const stuck = await Promise.all(Array.from({ length: MORE_THAN_TURNS }, () => stopHalfway(to)));
    const closed = Promise.race(stuck.map((socket) => once(socket, "close")));
    const socket = await openAuthenticated(wireUrl(to), "any");
    const task = { ...masking(), inputImage: "A".repeat(5 * MIB) };
    socket.send([task]);
    expect((await socket.next()).data).toMatchObject([{ taskUUID: task.taskUUID }]);
    await closed;
    for (const half of stuck) half.destroy();
    await socket.end();
  });

  it("that has not shown a key may not send much", async () => {
    const socket = await openWireSocket(wireUrl(server));
    socket.send([{ ...masking(), inputImage: "A".repeat(5 * MIB) }]);
    expect([1006, 1008]).toContain(await socket.closed);
  });

  it("whose frame is larger than any may be is told so by its close code", async () => {
    const socket = await openAuthenticated(wireUrl(server), "any");
    socket.sendBytes(`["${"A".repeat(100 * MIB)}"]`);
    expect(await socket.closed).toBe(1009);
  });
});

async function openKnown(
  to: RunningServer,
  connectionSessionUUID?: string,
): Promise<{ readonly socket: WireSocket; readonly sessionUUID: string }> {
  const socket = await openWireSocket(wireUrl(to));
  socket.send([{ taskType: "authentication", apiKey: "any", connectionSessionUUID }]);
  const { data } = await socket.next();
  return { socket, sessionUUID: String(data?.[0]?.["connectionSessionUUID"]) };
}

async function stopHalfway(to: RunningServer): Promise<Socket> {
  const socket = await rawConnection(to);
  const { until } = collect(socket);
  socket.write(clientFrame(Buffer.from('[{"taskType":"authentication","apiKey":"any"}]')));
  await until("connectionSessionUUID");
  socket.write(clientFrame(Buffer.alloc(6 * MIB, "A")).subarray(0, 3 * MIB));
  return socket;
}

async function rawConnection(to: RunningServer): Promise<Socket> {
  const { hostname, port, host: name } = new URL(to.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const key = randomBytes(16).toString("base64");
  socket.write(
    `GET /v1 HTTP/1.1\r\nHost: ${name}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, "readable");
  expect(String(socket.read())).toMatch(/^HTTP\/1.1 101/);
  return socket;
}

function collect(socket: Socket): { bytes(): Buffer; until(words: string): Promise<void> } {
  let all = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    all = Buffer.concat([all, chunk]);
  });
  return {
    bytes: () => all,
    async until(words) {
      while (!all.includes(words)) await once(socket, "data");
    },
  };
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

/** RFC 6455, section 5.2: masked with zeros. */
function clientFrame(payload: Buffer, opcode = 1, isLast = true): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt8((isLast ? 0x80 : 0) | opcode, 0);
  head.writeUInt8(0x80 | 127, 1);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
