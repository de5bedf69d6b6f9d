import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { NotNull } from "kysely";
import sharp from "sharp";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TaskUUID } from "../../src/contracts/ids.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { retryRun } from "../../src/runs/actions/retry.ts";
import type { OpenTaskService } from "../../src/runs/api/open-task-service.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { type ApiTasksHost, openApiTasksHost, openReceiver, type Received } from "./api-tasks-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const SECRET = `whsec_${Buffer.from("a secret that only the receiver knows").toString("base64")}`;
/** As patient as the real thing, only quicker. */
const QUICK = { attempts: 4, firstMs: 20, mostMs: 100, timeoutMs: 5_000 };
const ENTRY = path.join(import.meta.dirname, "api-tasks-process.ts");

describe("results that are sent to where the client wants them", () => {
  let host: ApiTasksHost;
  let quick: OpenTaskService;
  let worker: { stop(): Promise<void> };
  let face: string;
  const receivers: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    host = await openApiTasksHost({ MASKLOOM_WEBHOOK_SECRET: SECRET });
    quick = host.open({ patience: { webhook: QUICK, upload: QUICK } });
    worker = await startWorkerProcess(host.home);
    face = (await readFile(path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg"))).toString(
      "base64",
    );
  });
  afterAll(async () => {
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await worker?.stop();
    await host?.stop();
  });

  const receive = async (...statuses: number[]) => {
    const receiver = await openReceiver(...statuses);
    receivers.push(receiver);
    return receiver;
  };
  const inference = (fields: object) => ({
    taskType: "imageInference",
    taskUUID: randomUUID(),
    seedImage: face,
    model: "local:fill",
    positivePrompt: "__BLANK__",
    width: 128,
    height: 128,
    ...fields,
  });
  const getResponse = async (taskUUID: string) => {
    for (;;) {
      const answer = await host.send({ taskType: "getResponse", taskUUID }, { through: quick });
      if (answer.items.every((item) => item["status"] !== "processing")) return answer;
    }
  };
  const verified = ({ body, headers }: Received): Record<string, unknown> =>
    new Webhook(SECRET).verify(body.toString(), headers as Record<string, string>) as Record<string, unknown>;
  const withoutStatus = ({ status: _status, ...item }: Record<string, unknown>) => item;

  it("a webhook is told each result once, signed as any library of Standard Webhooks checks it", async () => {
    const receiver = await receive(200);
    const task = inference({ numberResults: 2, webhookURL: `${receiver.url}/hook?token=1` });
    const answer = await host.send(task, { through: quick });
    expect(answer.items).toEqual([{ taskType: "imageInference", taskUUID: task.taskUUID }]);
    const calls = await receiver.until(2);
    expect(calls.map(({ method, url }) => ({ method, url }))).toEqual(
      Array(2).fill({ method: "POST", url: "/hook?token=1" }),
    );
    const told = calls.map(verified);
    const { items } = await getResponse(task.taskUUID);
    expect(told.sort((a, b) => Number(a["seed"]) - Number(b["seed"]))).toEqual(items.map(withoutStatus));
    expect(() => verified({ ...(calls[0] as Received), body: Buffer.from("{}") })).toThrow(/signature/i);
  });

  it("a webhook that fails is told again under the same id until it takes it", async () => {
    const receiver = await receive(500, 302, 503, 204);
    const task = inference({ webhookURL: receiver.url });
    await host.send(task, { through: quick });
    const calls = await receiver.until(4);
    const [id, ...others] = new Set(calls.map(({ headers }) => headers["webhook-id"]));
    expect(id).toMatch(new RegExp(`^msg_${task.taskUUID}_result1_[0-9a-z]+$`));
    expect(others).toEqual([]);
    expect(new Set(calls.map(({ body }) => body.toString())).size).toBe(1);
  });

  it("a webhook beside explicit sync gets what the client gets; a failure is told as an error", async () => {
    const receiver = await receive(200);
    const webhookURL = receiver.url;
    const good = await host.send(inference({ webhookURL, deliveryMethod: "sync" }), { through: quick });
    expect(good.items[0]).toHaveProperty("imageUUID");
    const [first] = await receiver.until(1);
    expect(first === undefined ? null : verified(first)).toEqual(good.items[0]);
    const settings = { nonsense: true };
    const bad = await host.send(inference({ webhookURL, settings, deliveryMethod: "sync" }), {
      through: quick,
    });
    expect(bad.errors[0]).toMatchObject({ code: "invalidParameter" });
    const second = (await receiver.until(2))[1];
    expect(second === undefined ? null : verified(second)).toEqual(bad.errors[0]);
  });

  it("an upload gets the bytes of the result before the client gets its answer", async () => {
    const receiver = await receive(503, 200);
    const task = inference({
      uploadEndpoint: `${receiver.url}/put/here`,
      outputFormat: "PNG",
      outputType: "base64Data",
    });
    const { items, errors } = await host.send(task, { through: quick });
    expect(errors).toEqual([]);
    expect(
      receiver.received.map(({ method, url, headers }) => [method, url, headers["content-type"]]),
    ).toEqual(Array(2).fill(["PUT", "/put/here", "image/png"]));
    expect(receiver.received[1]?.body.toString("base64")).toBe(items[0]?.["imageBase64Data"]);
    expect(await sharp(receiver.received[1]?.body).metadata()).toMatchObject({ format: "png", width: 128 });
    expect(items[0]).not.toHaveProperty("uploadError");
    expect((await getResponse(task.taskUUID)).items.map(withoutStatus)).toEqual(items);
  });

  it.each([
    ["refuses it", async () => (await receive(403)).url, /403/],
    ["is none that callers may reach", async () => "http://10.1.2.3/put", /public address/],
    ["does not answer", async () => "http://127.0.0.1:9/put", /cannot be reached/],
  ])("a result is kept and says so where its endpoint %s", async (_what, endpoint, message) => {
    const task = inference({ uploadEndpoint: await endpoint() });
    const { items, errors } = await host.send(task, { through: quick });
    expect(errors).toEqual([]);
    expect(items[0]).toMatchObject({
      imageURL: expect.stringMatching(/^http/),
      uploadError: { code: "uploadFailed", message: expect.stringMatching(message) },
    });
    expect((await getResponse(task.taskUUID)).items[0]).toMatchObject({
      uploadError: { code: "uploadFailed" },
    });
  });

  it("a webhook that was refused is told by the next process, after an orderly end and after a kill", async () => {
    const receiver = await receive(500, 200);
    const patience = { webhook: { ...QUICK, firstMs: 2_000, mostMs: 2_000 }, upload: QUICK };
    const ending = host.open({ patience });
    const orderly = inference({ webhookURL: receiver.url });
    await host.send(orderly, { through: ending });
    await receiver.until(1);
    await ending.close();
    const later = host.open({ patience, heldMs: 1_000 });
    const calls = await receiver.until(2);
    expect(calls.map(verified).map(({ taskUUID }) => taskUUID)).toEqual(Array(2).fill(orderly.taskUUID));

    const killed = await receive(500, 200);
    const child = fork(ENTRY, {
      execArgv: ["--import", "tsx"],
      env: {
        PATH: process.env["PATH"],
        MASKLOOM_HOME: host.home,
        MASKLOOM_WEBHOOK_SECRET: SECRET,
        MASKLOOM_ALLOWED_TARGETS: "127.0.0.1",
      },
    });
    await once(child, "message");
    const task = inference({ webhookURL: killed.url });
    child.send(task);
    await killed.until(1);
    child.kill("SIGKILL");
    await once(child, "exit");
    const again = await killed.until(2);
    expect(again.map(verified).map(({ taskUUID }) => taskUUID)).toEqual(Array(2).fill(task.taskUUID));
    await later.close();
  });
});

describe("a task that was cancelled and then retried", () => {
  it("has its result uploaded and told, as if it had never been cancelled", async () => {
    const host = await openApiTasksHost();
    const service = host.open({ patience: { webhook: QUICK, upload: QUICK }, heldMs: 600 });
    const receiver = await openReceiver(200);
    let worker: { stop(): Promise<void> } | undefined;
    try {
      const { store } = host.services;
      const inputImage = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#888" } })
        .png()
        .toBuffer();
      const taskUUID = randomUUID();
      const task = {
        taskType: "imageMasking",
        taskUUID,
        inputImage: inputImage.toString("base64"),
        model: "mediapipe_face_full",
        deliveryMethod: "async",
        uploadEndpoint: `${receiver.url}/upload`,
        webhookURL: `${receiver.url}/webhook`,
      };
      await host.send(task, { through: service });
      const row = () =>
        store.db
          .selectFrom("api_tasks")
          .select(["run_uuid", "follow_up"])
          .$narrowType<{ run_uuid: NotNull }>()
          .where("task_uuid", "=", TaskUUID.parse(taskUUID))
          .executeTakeFirstOrThrow();
      const runUUID = (await row()).run_uuid;
      await cancelRuns(store.db, LOCAL_OWNER, { runs: [runUUID] });
      store.wakeUps.notify("events", "cancelled");
      await receiver.until(1);
      await vi.waitFor(async () => expect((await row()).follow_up).toBe(false), 60_000);

      await retryRun(store, { owner: LOCAL_OWNER, via: "cli", key: null }, runUUID);
      worker = await startWorkerProcess(host.home);
      const calls = await receiver.until(3);
      expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
        "POST /webhook",
        "PUT /upload",
        "POST /webhook",
      ]);
      const ids = calls.flatMap(({ headers }) => headers["webhook-id"] ?? []);
      expect(new Set(ids).size).toBe(2);
      const { items } = await host.send({ taskType: "getResponse", taskUUID }, { through: service });
      expect(items).toMatchObject([{ taskUUID, status: "success" }]);
      await vi.waitFor(async () => expect((await row()).follow_up).toBe(false), 60_000);
    } finally {
      await receiver.close();
      await worker?.stop();
      await host.stop();
    }
  });
});

describe("webhooks in the older form", () => {
  it("are wrapped in data where the configuration says so", async () => {
    const host = await openApiTasksHost({
      MASKLOOM_WEBHOOK_BODY: "wrapped",
      MASKLOOM_IMAGE_ALIASES: "false",
    });
    const worker = await startWorkerProcess(host.home);
    const receiver = await openReceiver(200);
    try {
      const inputImage = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#888" } })
        .png()
        .toBuffer();
      const taskUUID = randomUUID();
      await host.send({
        taskType: "imageMasking",
        taskUUID,
        inputImage: inputImage.toString("base64"),
        model: "mediapipe_face_full",
        webhookURL: receiver.url,
      });
      const [call] = await receiver.until(1);
      const body = JSON.parse(call?.body.toString() ?? "") as { data: Record<string, unknown>[] };
      expect(Object.keys(body)).toEqual(["data"]);
      expect(body.data).toEqual([expect.objectContaining({ taskUUID, detections: [] })]);
      expect(body.data[0]).not.toHaveProperty("imageUUID");
      expect(body.data[0]).not.toHaveProperty("imageURL");
    } finally {
      await receiver.close();
      await worker.stop();
      await host.stop();
    }
  });
});
