import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, type ApiHost, astronaut, dataUri, download, openApiHost, readGrey } from "./api-host.ts";
import { until } from "./cli-installation.ts";
import { type Frame, openAuthenticated, openWireSocket, readFrame, type WireSocket } from "./wire-socket.ts";

/* The server's checklist of the wire, point by point, against `maskloom up` with clients that know nothing but JSON. */

const MODEL = "runware:35@7";

let host: ApiHost;
let socket: WireSocket;
let face: string;

beforeAll(async () => {
  host = await openApiHost();
  socket = await openAuthenticated(host.webSocketUrl, API_KEY);
  face = (await upload((await astronaut()).toString("base64"))).imageUUID;
});

afterAll(async () => {
  await socket?.end();
  await host?.stop();
});

const masking = (fields: Readonly<Record<string, unknown>> = {}) => ({
  taskType: "imageMasking",
  taskUUID: randomUUID(),
  model: MODEL,
  inputImage: face,
  ...fields,
});

const inference = (fields: Readonly<Record<string, unknown>> = {}) => ({
  taskType: "imageInference",
  taskUUID: randomUUID(),
  model: "local:fill",
  positivePrompt: "a face",
  seedImage: face,
  width: 512,
  height: 512,
  ...fields,
});

async function post(
  body: unknown,
  { path = "/v1", headers = {} }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly status: number; readonly body: Frame }> {
  const response = await fetch(`${host.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: readFrame(await response.text()) };
}

const BEARER = { headers: { authorization: `Bearer ${API_KEY}` } };

async function upload(image: string) {
  socket.send([{ taskType: "imageUpload", taskUUID: randomUUID(), image }]);
  const { data } = await socket.next();
  const { imageUUID, imageURL } = data?.[0] ?? {};
  return { imageUUID: String(imageUUID), imageURL: String(imageURL) };
}

async function perform(task: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  socket.send([task]);
  const { data, errors } = await socket.next();
  expect(errors).toBeUndefined();
  return data?.[0] ?? {};
}

describe("1: the address", () => {
  it("is /v1 and /v1/, over HTTP and WebSocket, whatever the query and the headers of SDKs say", async () => {
    const headers = { "X-SDK-Name": "js", "X-SDK-Version": "1.3.2", ...BEARER.headers };
    for (const path of ["/v1", "/v1/", "/v1?sdk=js&version=1.3.2"])
      expect(await post([masking()], { path, headers })).toMatchObject({ status: 200, body: { data: [{}] } });
    for (const suffix of ["/", "?sdk=js&version=1.3.2", "/?x"])
      await (await openAuthenticated(`${host.webSocketUrl}${suffix}`, API_KEY)).end();
  });
});

describe("2: a request", () => {
  it("is an array, or a single task without one", async () => {
    const { status, body } = await post(masking(), BEARER);
    expect({ status, count: body.data?.length }).toEqual({ status: 200, count: 1 });
    const task = masking();
    socket.send(task);
    expect(await socket.next()).toMatchObject({ data: [{ taskUUID: task.taskUUID }] });
  });
});

describe("3: a key", () => {
  it("that is wrong is answered in the way that each SDK understands, without a taskUUID", async () => {
    const stranger = await openWireSocket(host.webSocketUrl);
    stranger.send([{ taskType: "authentication", apiKey: "no-such-key-at-all" }]);
    const { errors, error, data } = await stranger.next();
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      { code: "invalidApiKey", parameter: "apiKey", taskType: "authentication" },
    ]);
    expect(errors?.[0]).not.toHaveProperty("taskUUID");
    expect(error).toMatchObject({ code: "invalidApiKey", message: errors?.[0]?.message });
    await stranger.end();
  });

  it("may come as the first element over HTTP, and is not echoed beside results", async () => {
    const authentication = { taskType: "authentication", apiKey: API_KEY };
    const { status, body } = await post([authentication, masking()]);
    expect({ status, types: body.data?.map(({ taskType }) => taskType) }).toEqual({
      status: 200,
      types: ["imageMasking"],
    });
    const check = await post([authentication]);
    expect(check).toMatchObject({ status: 200, body: { data: [{ taskType: "authentication" }] } });
    expect(check.body).not.toHaveProperty("errors");
    expect((await post([{ ...authentication, apiKey: "no-such-key-at-all" }])).status).toBe(401);
    expect((await post([masking()])).status).toBe(401);
  });

  it("is asked for before anything is said: the server does not greet", async () => {
    const quiet = await openWireSocket(host.webSocketUrl);
    quiet.send([{ taskType: "authentication", apiKey: API_KEY }]);
    expect((await quiet.next()).data?.[0]?.taskType).toBe("authentication");
    expect(quiet.waiting).toEqual([]);
    await quiet.end();
  });

  it("has its pong alone in its frame, and before a task that is under way", async () => {
    const slow = inference({ model: "local:esrgan-detail", width: 256, height: 256 });
    socket.send([slow, { taskType: "ping", ping: true }]);
    expect(await socket.next()).toEqual({ data: [{ taskType: "ping", pong: true }] });
    expect(await socket.next()).toMatchObject({ data: [{ taskUUID: slow.taskUUID }] });
  });
});

describe("4: a task that is wrong", () => {
  it("gets its error instead of an acknowledgement, with what is allowed", async () => {
    const wrong = [
      [masking({ deliveryMethod: "async", confidence: 1.5 }), { code: "invalidConfidence", min: 0, max: 1 }],
      [masking({ maxDetections: 0 }), { code: "invalidMaxDetections", min: 1, max: 20 }],
      [masking({ outputFormat: "TIFF" }), { allowedValues: expect.arrayContaining(["JPG", "PNG", "WEBP"]) }],
      [masking({ inputImage: undefined }), { code: "missingInputImage", parameter: "inputImage" }],
      [masking({ model: undefined }), { code: "missingModel", parameter: "model" }],
      [inference({ maskMargin: 8 }), { code: "invalidMaskMargin", min: 32, max: 128 }],
      [inference({ maskImage: face, seedImage: undefined }), { code: "missingSeedImage" }],
      [masking({ taskType: "imageUpscale" }), { code: "unsupportedTaskType" }],
      [masking({ settings: { confidence: -1 } }), { parameter: "settings.confidence" }],
    ] as const;
    for (const [task, error] of wrong) {
      socket.send([task]);
      const frame = await socket.next();
      expect(frame, JSON.stringify(task)).toMatchObject({ errors: [{ ...error, taskUUID: task.taskUUID }] });
      expect(frame).not.toHaveProperty("data");
    }
  });

  it("without a taskUUID of version 4 is told so", async () => {
    socket.send([masking({ taskUUID: undefined })]);
    expect(await socket.next()).toMatchObject({
      errors: [{ code: "missingTaskUUID", parameter: "taskUUID" }],
    });
    socket.send([masking({ taskUUID: "42" })]);
    expect(await socket.next()).toMatchObject({ errors: [{ code: "invalidTaskUUID", taskUUID: "42" }] });
  });
});

describe("5: a frame", () => {
  it("belongs to one task and has data or errors; there is no acknowledgement", async () => {
    const three = inference({ numberResults: 3 });
    const bad = [masking({ confidence: 7 }), masking({ model: "runware:35@77" })];
    const good = [masking(), masking({ maskPadding: 9 }), three];
    socket.send([bad[0], ...good, bad[1]]);
    const frames: Frame[] = [];
    const count = () => frames.flatMap(({ data = [], errors = [] }) => [...data, ...errors]).length;
    while (count() < 7) frames.push(await socket.next());
    frames.push(...(await socket.beforePong()));
    for (const { data, errors } of frames) {
      expect((data === undefined) !== (errors === undefined)).toBe(true);
      expect(new Set((data ?? errors)?.map(({ taskUUID }) => taskUUID)).size).toBe(1);
    }
    const items = frames.flatMap(({ data = [] }) => data);
    expect(items.filter(({ taskUUID }) => taskUUID === three.taskUUID)).toHaveLength(3);
    expect(items).toHaveLength(5);
    for (const item of items)
      expect(item["imageURL"] ?? item["maskImageURL"], JSON.stringify(item)).toEqual(expect.any(String));
  });
});

describe("6: an HTTP answer", () => {
  it("that failed has a status, the list and the one error; that partly failed is 200 with both", async () => {
    const failed = await post([masking({ confidence: 7 })], BEARER);
    expect(failed).toMatchObject({ status: 400, body: { data: [], error: { code: "invalidConfidence" } } });
    expect(failed.body.errors).toHaveLength(1);
    const mixed = await post([masking({ confidence: 7 }), masking()], BEARER);
    expect(mixed.status).toBe(200);
    expect([mixed.body.data?.length, mixed.body.errors?.length]).toEqual([1, 1]);
    expect((await post("[{", BEARER)).status).toBe(400);
    expect((await post([{ taskType: "getResponse", taskUUID: randomUUID() }], BEARER)).status).toBe(404);
    const { body } = await post([masking()], BEARER);
    expect(Object.keys(body)).toEqual(["data"]);
  });

  it("to a ping is a pong", async () => {
    const { body } = await post([{ taskType: "ping", ping: true }], BEARER);
    expect(body).toEqual({ data: [{ taskType: "ping", pong: true }] });
  });
});

describe("7: a masking", () => {
  it("takes the flat and the nested form, three spellings of a model, any case of a format", async () => {
    const form = { outputType: "base64Data", outputFormat: "png" };
    const flat = await perform(masking({ ...form, maskPadding: -6, maskBlur: 0 }));
    const settings = { maskPadding: -6, maskBlur: 0 };
    const nested = masking({ ...form, inputImage: undefined, inputs: { image: face }, settings });
    expect((await perform(nested))["maskImageBase64Data"]).toBe(flat["maskImageBase64Data"]);
    for (const model of ["mediapipe_face_short", "MediaPipe-Face-Short", "RUNWARE:35@7"]) {
      const spelt = await perform(masking({ ...form, model, maskPadding: -6, maskBlur: 0 }));
      expect(spelt["maskImageBase64Data"], model).toBe(flat["maskImageBase64Data"]);
    }
    const larger = await perform(masking({ ...form, maskPadding: 6, maskBlur: 0 }));
    const [small, large] = await Promise.all([flat, larger].map(area));
    expect(small ?? 0).toBeLessThan(large ?? 0);
    expect((await perform(masking({ outputFormat: "JPEG" })))["maskImageURL"]).toMatch(/\.jpg(\?|$)/);
  });

  it("gives each form that a list asks for", async () => {
    const item = await perform(masking({ outputType: ["URL", "dataURI"], outputFormat: "PNG" }));
    expect(item).toMatchObject({ maskImageURL: expect.any(String), maskImageDataURI: expect.any(String) });
    expect(item).not.toHaveProperty("maskImageBase64Data");
  });

  it("keeps at most as many detections as it was asked for, each in the picture", async () => {
    const { detections } = await perform(masking({ maxDetections: 1 }));
    expect(detections).toHaveLength(1);
  });
});

describe("8: an upload", () => {
  it("has a UUID and a URL, whatever form the picture came in and whatever type was declared", async () => {
    const bytes = await astronaut();
    for (const form of [
      bytes.toString("base64"),
      dataUri(bytes, "image/jpeg"),
      dataUri(bytes, "image/png"),
    ]) {
      const { imageUUID, imageURL } = await upload(form);
      const { bytes: stored } = await download(imageURL);
      expect(Buffer.from(stored).equals(bytes)).toBe(true);
      expect((await perform(masking({ inputImage: imageUUID })))["inputImageUUID"]).toBe(imageUUID);
    }
  });
});

describe("9: a mask", () => {
  it("is used as the mask of an inpainting, by UUID and by data URI alike", async () => {
    const mask = await perform(masking({ outputType: ["URL", "dataURI"], outputFormat: "PNG", maskBlur: 0 }));
    const form = { outputType: "base64Data", outputFormat: "PNG", seed: 5, strength: 1, maskMargin: 32 };
    const byUuid = await perform(inference({ ...form, maskImage: mask["maskImageUUID"] }));
    const byUri = await perform(inference({ ...form, maskImage: mask["maskImageDataURI"] }));
    expect(await pixelsOf(byUri)).toEqual(await pixelsOf(byUuid));
    const nested = inference({ ...form, seedImage: undefined, maskImage: undefined });
    const inputs = { seedImage: face, maskImage: mask["maskImageUUID"] };
    expect(await pixelsOf(await perform({ ...nested, inputs }))).toEqual(await pixelsOf(byUuid));
  });
});

/** What it carries besides tells of its own task. */
const pixelsOf = async ({ imageBase64Data }: Readonly<Record<string, unknown>>) =>
  (await readGrey(Buffer.from(String(imageBase64Data), "base64"))).data;

describe("10: what was not delivered", () => {
  it("comes when the client is back with its session, without being asked for again", async () => {
    const first = await openWireSocket(host.webSocketUrl);
    first.send([{ taskType: "authentication", apiKey: API_KEY }]);
    const connectionSessionUUID = (await first.next()).data?.[0]?.["connectionSessionUUID"];
    const task = inference({ model: "local:esrgan-detail", width: 320, height: 320 });
    first.send([task]);
    await until(async () => (await ask(task.taskUUID)).data?.[0]?.["status"] === "processing");
    await first.end();
    await until(async () => (await ask(task.taskUUID)).data?.[0]?.["status"] === "success");
    const second = await openWireSocket(host.webSocketUrl);
    second.send([{ taskType: "authentication", apiKey: API_KEY, connectionSessionUUID }]);
    expect((await second.next()).data?.[0]?.taskType).toBe("authentication");
    expect(await second.next()).toMatchObject({
      data: [{ taskUUID: task.taskUUID, imageURL: expect.any(String) }],
    });
    await second.end();
  });

  it("is nobody else's: an unknown session is a new one, and never an error", async () => {
    const other = await openWireSocket(host.webSocketUrl);
    for (const connectionSessionUUID of [randomUUID(), "nonsense", ""]) {
      other.send([{ taskType: "authentication", apiKey: API_KEY, connectionSessionUUID }]);
      expect((await other.next()).data?.[0]?.["connectionSessionUUID"]).toMatch(/^[0-9a-f-]{36}$/);
    }
    await other.end();
  });

  it("of a task in sync mode is to be had with getResponse, too, and stays the same", async () => {
    const task = inference({ numberResults: 2 });
    socket.send([task]);
    const uuids = new Set<unknown>();
    while (uuids.size < 2) for (const item of (await socket.next()).data ?? []) uuids.add(item["imageUUID"]);
    const { data } = await ask(task.taskUUID);
    expect(new Set(data?.map((item) => item["imageUUID"]))).toEqual(uuids);
    for (const item of data ?? [])
      expect(item).toMatchObject({ taskType: "imageInference", status: "success" });
    expect((await ask(task.taskUUID)).data).toEqual(data);
  });

  it("is attached to when the same request comes again, and refused to another one under its UUID", async () => {
    const task = masking({ maskPadding: 11 });
    const again = await openAuthenticated(host.webSocketUrl, API_KEY);
    socket.send([task]);
    again.send([task]);
    const [one, other] = await Promise.all([socket.next(), again.next()]);
    expect(other.data?.[0]?.["maskImageUUID"]).toBe(one.data?.[0]?.["maskImageUUID"]);
    again.send([{ ...task, maskPadding: 12 }]);
    expect(await again.next()).toMatchObject({
      errors: [{ code: "conflictTaskUUID", taskUUID: task.taskUUID, context: { taskUUID: task.taskUUID } }],
    });
    await again.end();
    const { taskUUID } = masking();
    const conflict = await post([masking({ taskUUID }), masking({ taskUUID, maskBlur: 0 })], BEARER);
    expect(conflict).toMatchObject({
      status: 200,
      body: { errors: [{ code: "conflictTaskUUID", taskUUID }] },
    });
  });
});

describe("11: seeds", () => {
  it("are echoed and counted, and chosen within 32 bits where none is given", async () => {
    const seeds = async (fields: Readonly<Record<string, unknown>>) => {
      const { body } = await post([inference({ numberResults: 3, ...fields })], BEARER);
      return (body.data ?? []).map(({ seed }) => Number(seed)).sort((a, b) => a - b);
    };
    expect(await seeds({ seed: 7 })).toEqual([7, 8, 9]);
    const [first = Number.NaN, ...rest] = await seeds({});
    expect(rest).toEqual([first + 1, first + 2]);
    expect(first).toBeGreaterThanOrEqual(1);
    expect(first + 2).toBeLessThan(2 ** 32);
  });
});

async function ask(taskUUID: string): Promise<Frame> {
  return (await post([{ taskType: "getResponse", taskUUID }], BEARER)).body;
}

/** White pixels. */
async function area(item: Readonly<Record<string, unknown>>): Promise<number> {
  const { data } = await readGrey(Buffer.from(String(item["maskImageBase64Data"]), "base64"));
  return data.filter((value) => value > 127).length;
}
