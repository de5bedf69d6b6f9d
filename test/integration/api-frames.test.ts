import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, type ApiHost, astronaut, openApiHost } from "./api-host.ts";
import { until } from "./cli-installation.ts";
import { plainPicture } from "./server-host.ts";
import { openAuthenticated, openWireSocket, type WireSocket } from "./wire-socket.ts";

/* What strangers, broken networks and broken clients send to a real server: it answers each, and lives. */

const MIB = 1024 * 1024;

let host: ApiHost;
let face: string;

beforeAll(async () => {
  host = await openApiHost();
  face = (await astronaut()).toString("base64");
});

afterAll(async () => {
  await host?.stop();
});

describe("a frame", () => {
  it("of any JSON is answered with one error for each of its elements, and the next one is answered too", async () => {
    const socket = await openAuthenticated(host.webSocketUrl, API_KEY);
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(
        fc.record({
          taskType: fc.constantFrom("imageMasking", "getResponse", "x", 3),
          taskUUID: fc.string(),
        }),
      ),
    );
    for (const value of fc.sample(values, { numRuns: 300, seed: 4 })) {
      socket.send(value);
      const frames = await socket.beforePong();
      const elements = Array.isArray(value) ? Math.max(1, value.length) : 1;
      expect(
        frames.map(({ errors }) => errors?.length),
        JSON.stringify(value),
      ).toEqual(Array(elements).fill(1));
      for (const frame of frames) expect(frame.data).toBeUndefined();
    }
    await socket.end();
  });

  it("that is no JSON, is empty, too deep or has too many elements is answered with one error", async () => {
    const socket = await openAuthenticated(host.webSocketUrl, API_KEY);
    const texts = [
      "",
      " ",
      "{",
      "nope",
      '[{"taskType":]',
      "\u0000",
      "[".repeat(MIB),
      `[${"0,".repeat(MIB)}0]`,
    ];
    for (const text of texts) {
      socket.sendBytes(text);
      const frames = await socket.beforePong();
      expect(frames, text.slice(0, 20)).toMatchObject([{ errors: [{ code: expect.any(String) }] }]);
    }
    await socket.end();
  });

  it("with a good task between bad ones gets that task's result, and an error for each of the others", async () => {
    const socket = await openAuthenticated(host.webSocketUrl, API_KEY);
    const [first, good, last] = [randomUUID(), randomUUID(), randomUUID()];
    const masking = { taskType: "imageMasking", model: "runware:35@7", inputImage: face };
    socket.send([
      { ...masking, taskUUID: first, confidence: "high" },
      { ...masking, taskUUID: good },
      { ...masking, taskUUID: last, model: "runware:35@77" },
    ]);
    const frames = [await socket.next(), await socket.next(), await socket.next()];
    const errors = frames.flatMap((frame) => frame.errors ?? []);
    expect(new Set(errors.map(({ taskUUID }) => taskUUID))).toEqual(new Set([first, last]));
    expect(frames.flatMap(({ data }) => data ?? [])).toMatchObject([
      { taskUUID: good, taskType: "imageMasking" },
    ]);
    expect(await socket.beforePong()).toEqual([]);
    await socket.end();
  });

  it("of bytes that are no UTF-8, or of binary, harms that connection at most", async () => {
    const witness = await openAuthenticated(host.webSocketUrl, API_KEY);
    const broken = await connect();
    await upgrade(broken);
    broken.write(clientFrame(Buffer.from([0x5b, 0xff, 0xfe, 0x5d])));
    broken.once("data", () => broken.end());
    const said = await buffer(broken);
    const closing = said.subarray(2 + (said[1] ?? 0));
    expect(JSON.parse(String(said.subarray(2, 2 + (said[1] ?? 0))))).toMatchObject({
      errors: [{ code: "invalidUTF8" }],
    });
    expect([...closing.subarray(0, 4)]).toEqual([0x88, closing.length - 2, 1007 >> 8, 1007 & 0xff]);
    const binary = await openAuthenticated(host.webSocketUrl, API_KEY);
    binary.sendBytes(randomBytes(100), { binary: true });
    const answered = await Promise.race([binary.closed, binary.next().then(({ errors }) => errors?.length)]);
    expect([1003, 1]).toContain(answered);
    expect(await witness.beforePong()).toEqual([]);
    await witness.end();
  });

  it("larger than the server takes ends its connection and no other", async () => {
    const witness = await openAuthenticated(host.webSocketUrl, API_KEY);
    const large = await openAuthenticated(host.webSocketUrl, API_KEY);
    large.sendBytes(`["${"A".repeat(200 * MIB)}"]`);
    expect(await large.closed).toBe(1009);
    expect(await witness.beforePong()).toEqual([]);
    await witness.end();
  });

  it("of 60 MiB with a picture in it is read", async () => {
    const socket = await openAuthenticated(host.webSocketUrl, API_KEY);
    socket.send([{ taskType: "imageUpload", taskUUID: randomUUID(), image: "A".repeat(60 * MIB) }]);
    const { errors } = await socket.next();
    expect(errors).toMatchObject([{ taskType: "imageUpload", parameter: "image" }]);
    await socket.end();
  });
});

describe("a connection", () => {
  it("that sends a task before it has said who it is is told so, and may still say it", async () => {
    const socket = await openWireSocket(host.webSocketUrl);
    const taskUUID = randomUUID();
    socket.send([{ taskType: "imageUpload", taskUUID, image: face }]);
    expect(await socket.next()).toMatchObject({ errors: [{ code: "missingApiKey", taskUUID }] });
    await socket.end();
  });

  it("has its tasks held until its key is known, in one frame or several", async () => {
    const socket = await openWireSocket(`${host.webSocketUrl}?sdk=js&version=1.3.2`);
    socket.send([{ apiKey: API_KEY, taskType: "authentication" }]);
    const taskUUID = randomUUID();
    socket.send([{ taskType: "imageUpload", taskUUID, image: face }]);
    const [first, second] = [await socket.next(), await socket.next()];
    expect(Object.keys(first.data?.[0] ?? {}).sort()).toEqual(["connectionSessionUUID", "taskType"]);
    expect(second).toMatchObject({ data: [{ taskUUID }] });
    await socket.end();
  });
});

describe("fifty clients at once", () => {
  it("get each of their answers once, each to its own task", async () => {
    const sockets = await Promise.all(
      Array.from({ length: 50 }, () => openAuthenticated(host.webSocketUrl, API_KEY)),
    );
    const pictures = await Promise.all(
      sockets.slice(0, 10).map((socket, at) => uploadPlain(socket, 64 + at)),
    );
    /* The same picture of many clients too, with other blurs and with the same: some results are made, some known. */
    const asked = sockets.map((_, client) =>
      [0, 1, 2].map((at) => ({
        taskType: "imageMasking",
        taskUUID: randomUUID(),
        model: "mediapipe_face_short",
        inputImage: pictures[(client + at) % pictures.length],
        maskBlur: at,
      })),
    );
    const answers = await Promise.all(
      sockets.map(async (socket, client) => {
        const tasks = asked[client] ?? [];
        for (const task of tasks) socket.send([task]);
        const frames = [];
        for (const _task of tasks) frames.push(await socket.next());
        const late = await socket.beforePong();
        return [...frames, ...late].flatMap(({ data }) => data ?? []);
      }),
    );
    for (const [client, tasks] of asked.entries()) {
      const said = answers[client]?.map(({ taskUUID, inputImageUUID }) => ({ taskUUID, inputImageUUID }));
      const due = tasks.map(({ taskUUID, inputImage }) => ({ taskUUID, inputImageUUID: inputImage }));
      expect(said).toHaveLength(due.length);
      expect(said).toEqual(expect.arrayContaining(due));
    }
    const masks = answers.flat().map(({ maskImageUUID }) => maskImageUUID);
    expect(new Set(masks).size).toBe(150);
    await Promise.all(sockets.map((socket) => socket.end()));
  });
});

async function uploadPlain(socket: WireSocket, side: number): Promise<string> {
  const image = (await plainPicture(side, side)).toString("base64");
  socket.send([{ taskType: "imageUpload", taskUUID: randomUUID(), image }]);
  const { data } = await socket.next();
  return String(data?.[0]?.["imageUUID"]);
}

describe.skipIf(process.platform !== "linux")("the server (its memory is read from /proc)", () => {
  it("keeps neither memory nor connections of those that sent half of something, or floods, and left", async () => {
    await flood();
    const before = await measure();
    for (let round = 0; round < 3; round += 1) await flood();
    await until(async () => (await measure()).descriptors <= before.descriptors + 5);
    const after = await measure();
    expect(after.megabytes - before.megabytes).toBeLessThan(150);
    const socket = await openAuthenticated(host.webSocketUrl, API_KEY);
    expect(await socket.beforePong()).toEqual([]);
    await socket.end();
  });
});

/** 100 connections that stop in the middle of a handshake, a frame or a request, and some that send as much as they may. */
async function flood(): Promise<void> {
  const halves = Array.from({ length: 100 }, async (_, at) => {
    const socket = await connect();
    if (at % 4 === 0) socket.write("GET /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpg");
    else if (at % 4 === 1)
      socket.write(
        `POST /v1 HTTP/1.1\r\nHost: ${new URL(host.url).host}\r\nContent-Length: 9000000\r\n\r\n[`,
      );
    else {
      await upgrade(socket);
      const frame = clientFrame(
        Buffer.from(JSON.stringify([{ taskType: "ping", ping: true, pad: "A".repeat(100_000) }])),
      );
      socket.write(frame.subarray(0, 50_000));
      if (at % 4 === 3) for (const byte of frame.subarray(50_000, 50_010)) socket.write(Buffer.of(byte));
    }
    return socket;
  });
  const sockets = await Promise.all(halves);
  const large = await openAuthenticated(host.webSocketUrl, API_KEY);
  large.sendBytes(`[${"[],".repeat(20 * MIB)}0]`);
  expect((await large.next()).errors).toHaveLength(1);
  await large.end();
  for (const socket of sockets) socket.destroy();
}

async function measure(): Promise<{ readonly megabytes: number; readonly descriptors: number }> {
  const status = await readFile(`/proc/${host.pid()}/status`, "utf8");
  const descriptors = await readdir(`/proc/${host.pid()}/fd`);
  return {
    megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    descriptors: descriptors.length,
  };
}

async function connect(): Promise<Socket> {
  const { hostname, port } = new URL(host.url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

async function upgrade(socket: Socket): Promise<void> {
  const key = randomBytes(16).toString("base64");
  socket.write(
    `GET /v1 HTTP/1.1\r\nHost: ${new URL(host.url).host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 101/);
}

/** RFC 6455, section 5.2: a final text frame, masked with zeros. */
function clientFrame(payload: Buffer): Buffer {
  const length = payload.length;
  const head = length < 126 ? Buffer.of(0x81, 0x80 | length) : Buffer.alloc(10);
  if (length >= 126) {
    head.writeUInt8(0x81, 0);
    head.writeUInt8(0x80 | 127, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
