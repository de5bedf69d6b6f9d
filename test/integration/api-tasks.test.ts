import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { NotNull } from "kysely";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArtifactUUID, type OwnerUUID, type TaskUUID } from "../../src/contracts/ids.ts";
import { WIRE_RESULTS } from "../../src/contracts/wire/results.ts";
import { readContainer } from "../../src/image/metadata/read-container.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import type { OpenTaskService } from "../../src/runs/api/open-task-service.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readTask as readStoredTask } from "../../src/store/views.ts";
import { type ApiTasksHost, openApiTasksHost } from "./api-tasks-host.ts";
import { plainPicture } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const OTHER = "00000000-0000-4000-8000-0000000000aa" as OwnerUUID;

describe("tasks of the wire", () => {
  let host: ApiTasksHost;
  let worker: { stop(): Promise<void> };
  let face: string;

  beforeAll(async () => {
    host = await openApiTasksHost({ MASKLOOM_PRICES: "mediapipe_face_full=0.0006" });
    await host.services.store.db.insertInto("owners").values({ uuid: OTHER, name: "other" }).execute();
    worker = await startWorkerProcess(host.home);
    const photo = await readFile(path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg"));
    face = photo.toString("base64");
  });
  afterAll(async () => {
    await worker?.stop();
    await host?.stop();
  });

  const masking = (fields: object = {}) => ({
    taskType: "imageMasking",
    taskUUID: randomUUID(),
    inputImage: face,
    model: "mediapipe_face_full",
    ...fields,
  });
  const inference = (fields: object = {}) => ({
    taskType: "imageInference",
    taskUUID: randomUUID(),
    seedImage: face,
    model: "local:fill",
    positivePrompt: "__BLANK__",
    ...fields,
  });
  const pixelsOf = async (base64: unknown) =>
    sharp(Buffer.from(String(base64), "base64"))
      .raw()
      .toBuffer({ resolveWithObject: true });

  it("are answered with boxes and a mask, in every form that was asked for", async () => {
    const task = masking({
      outputType: ["URL", "base64Data", "dataURI"],
      outputFormat: "png",
      includeCost: true,
    });
    const { items, errors } = await host.send(task);
    expect(errors).toEqual([]);
    expect(items).toHaveLength(1);
    const [item = {}] = items;
    expect(item).toMatchObject({ taskType: "imageMasking", taskUUID: task.taskUUID, cost: 0.0006 });
    const { db } = host.services.store;
    const kept = db
      .selectFrom("tasks")
      .select("at_once")
      .where("uuid", "=", task.taskUUID as TaskUUID);
    expect(await kept.executeTakeFirst()).toEqual({ at_once: true });
    expect(WIRE_RESULTS.ImageMaskingResult.strict().parse(item)).toEqual(item);
    expect(item["imageUUID"]).toBe(item["maskImageUUID"]);
    expect(item["maskImageURL"]).toContain(String(item["maskImageUUID"]));
    expect(item["maskImageURL"]).toMatch(/\.png/);
    expect(item["maskImageDataURI"]).toBe(`data:image/png;base64,${item["maskImageBase64Data"]}`);
    const [box] = item["detections"] as Record<string, number>[];
    expect(Object.keys(box ?? {})).toEqual(["x_min", "y_min", "x_max", "y_max"]);
    expect(Object.values(box ?? {}).every(Number.isInteger)).toBe(true);
    const { data, info } = await pixelsOf(item["maskImageBase64Data"]);
    expect(info).toMatchObject({ width: 512, height: 512 });
    const { x_min = 0, y_min = 0, x_max = 0, y_max = 0 } = box ?? {};
    const at = (x: number, y: number) => data[(Math.round(y) * info.width + Math.round(x)) * info.channels];
    expect(at((x_min + x_max) / 2, (y_min + y_max) / 2)).toBe(255);
    expect(at(2, 500)).toBe(0);
  });

  it("that are equal have each a mask of their own: who deletes one takes nothing from the other", async () => {
    const tasks = [1, 2, 3].map(() => masking({ maskBlur: 11 }));
    const masks: unknown[] = [];
    for (const task of tasks) masks.push((await host.send(task)).items[0]?.["maskImageUUID"]);
    expect(new Set(masks).size).toBe(3);
    for (const media of [masks[0], masks[2]]) {
      const deletion = { taskType: "mediaStorage", taskUUID: randomUUID(), operation: "delete", media };
      expect((await host.send(deletion)).errors).toEqual([]);
    }
    const asked = await host.send({ taskType: "getResponse", taskUUID: tasks[1]?.taskUUID });
    expect(asked).toMatchObject({ items: [{ maskImageUUID: masks[1] }], errors: [] });
    const used = await host.send(inference({ maskImage: masks[1], width: 128, height: 128 }));
    expect(used.errors).toEqual([]);
  });

  it("run in the engine under their own UUID, and other owners neither see nor hinder them", async () => {
    const task = masking();
    await host.send(task);
    const other = await host.send({ ...task, inputImage: face }, { owner: OTHER });
    expect(other.errors).toEqual([]);
    expect(other.items[0]).toMatchObject({ taskUUID: task.taskUUID });
    const stored = await readStoredTask(host.services.store.db, LOCAL_OWNER, task.taskUUID as never);
    expect(stored).toMatchObject({ step: "mask", taskType: "imageMasking" });
    expect(await readStoredTask(host.services.store.db, OTHER, task.taskUUID as never)).toBeNull();
    const [mine, theirs] = await Promise.all(
      [LOCAL_OWNER, OTHER].map((owner) =>
        host.send({ taskType: "getResponse", taskUUID: task.taskUUID }, { owner }),
      ),
    );
    expect(mine?.items[0]?.["maskImageUUID"]).not.toBe(theirs?.items[0]?.["maskImageUUID"]);
    const unknown = { taskType: "getResponse", taskUUID: randomUUID() };
    expect((await host.send(unknown)).errors[0]).toMatchObject({
      code: "taskNotFound",
      taskUUID: unknown.taskUUID,
    });
  });

  it("yield a black mask where nothing is found, the same one every time it is asked for", async () => {
    const inputImage = (await plainPicture()).toString("base64");
    const task = masking({ inputImage, outputType: "base64Data", outputFormat: "PNG" });
    const [item] = (await host.send(task)).items;
    expect(item).toMatchObject({ detections: [] });
    const { data, info } = await pixelsOf(item?.["maskImageBase64Data"]);
    expect(info).toMatchObject({ width: 64, height: 48 });
    expect(Math.max(...data)).toBe(0);
    const again = await host.send({ taskType: "getResponse", taskUUID: task.taskUUID });
    expect(again.items[0]).toMatchObject({ status: "success", maskImageUUID: item?.["maskImageUUID"] });
    const inverted = await host.send(masking({ inputImage, invert: true, outputType: "base64Data" }));
    const white = await pixelsOf(inverted.items[0]?.["maskImageBase64Data"]);
    expect(Math.min(...white.data)).toBe(255);
  });

  it("take a mask they made as the mask of an inpainting, whose size is the one asked for", async () => {
    const mask = (await host.send(masking())).items[0]?.["maskImageUUID"];
    const task = inference({
      maskImage: mask,
      width: 256,
      height: 128,
      maskMargin: 32,
      numberResults: 3,
      seed: 41,
      outputType: "base64Data",
      settings: { mode: "blur" },
      checkNSFW: false,
    });
    const { items, errors } = await host.send(task);
    expect(errors).toEqual([]);
    expect(items).toHaveLength(3);
    expect(items.map((item) => item["seed"]).sort()).toEqual([41, 42, 43]);
    expect(new Set(items.map((item) => item["imageUUID"])).size).toBe(3);
    for (const item of items) {
      expect((await pixelsOf(item["imageBase64Data"])).info).toMatchObject({ width: 256, height: 128 });
      expect(item["warnings"]).toEqual([expect.stringMatching(/512x512 pixels and was fitted by cover/)]);
      ArtifactUUID.parse(item["imageUUID"]);
    }
    const again = await host.send({ taskType: "getResponse", taskUUID: task.taskUUID });
    expect(again.items.map((item) => item["seed"])).toEqual([41, 42, 43]);
    expect(new Set(again.items.map((item) => item["imageUUID"]))).toEqual(
      new Set(items.map((item) => item["imageUUID"])),
    );
    expect(again.items.every((item) => item["status"] === "success")).toBe(true);
  });

  it("say that nobody looks for what is not safe for work, and nothing about whether there is any", async () => {
    const { items } = await host.send(inference({ safety: { checkContent: true }, width: 128, height: 128 }));
    expect(items).toMatchObject([
      { warnings: expect.arrayContaining([expect.stringContaining("checkNSFW")]) },
    ]);
    expect(items[0]).not.toHaveProperty("NSFWContent");
  });

  it("take a client's text as text, whatever it looks like", async () => {
    const task = inference({ positivePrompt: "a ${inputs.image} for $${5}", width: 128, height: 128 });
    const { items, errors } = await host.send(task);
    expect(errors).toEqual([]);
    expect(items).toHaveLength(1);
    const stored = await readStoredTask(host.services.store.db, LOCAL_OWNER, task.taskUUID as never);
    expect(stored?.input).toMatchObject({ positivePrompt: "a ${inputs.image} for $${5}" });
  });

  /* Of different sizes: a picture that was made before says which task has made it. */
  it.each([
    ["png", 128],
    ["jpg", 192],
    ["webp", 256],
  ] as const)("say how they came about, the same by value and by URL, as %s", async (format, side) => {
    const output = { outputType: ["base64Data", "URL"], outputFormat: format };
    const task = inference({ ...output, width: side, height: side });
    const { items, errors } = await host.send(task);
    expect(errors).toEqual([]);
    const [item = {}] = items;
    const bytes = Buffer.from(String(item["imageBase64Data"]), "base64");
    const xmp = Buffer.from(readContainer(bytes, format).xmp ?? []).toString("utf8");
    expect(xmp).toContain(`<maskloom:taskUUID>${task.taskUUID}</maskloom:taskUUID>`);
    expect(xmp).toContain("<maskloom:model>local:fill</maskloom:model>");
    const uuid = ArtifactUUID.parse(item["imageUUID"]);
    const quality = Number(new URL(String(item["imageURL"])).searchParams.get("quality") ?? 95);
    const served = await host.services.pictures.serve(LOCAL_OWNER, { uuid, format, quality });
    expect(Buffer.from(served.content ?? [])).toEqual(bytes);
    expect(served.digest).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("attach to the same one under way, and refuse another one under the same UUID", async () => {
    const task = masking();
    const [first, second] = await Promise.all([host.send(task), host.send({ ...task })]);
    expect(second?.items).toEqual(first?.items);
    const { db } = host.services.store;
    const runs = await db
      .selectFrom("api_tasks")
      .select("run_uuid")
      .where("task_uuid", "=", task.taskUUID as never)
      .execute();
    expect(runs).toHaveLength(1);
    expect((await host.send(task)).items).toEqual(first?.items);
    const other = await host.send({ ...task, confidence: 0.5 });
    expect(other.items).toEqual([]);
    expect(other.errors).toEqual([
      expect.objectContaining({
        code: "conflictTaskUUID",
        parameter: "taskUUID",
        taskUUID: task.taskUUID,
        context: { taskType: "imageMasking", taskUUID: task.taskUUID, deliveryMethod: "sync" },
      }),
    ]);
  });

  it("are begun once by two processes that get the same one at the same time", async () => {
    const through = host.open();
    for (let round = 0; round < 5; round++) {
      const task = masking({ confidence: 0.3 + round / 100 });
      const [here, there] = await Promise.all([host.send(task), host.send(task, { through })]);
      expect(here?.errors).toEqual([]);
      expect(there?.items).toEqual(here?.items);
    }
  });

  it("are acknowledged once in async mode, and found with getResponse as often as it is asked", async () => {
    const task = inference({ deliveryMethod: "async", numberResults: 2, width: 128, height: 128 });
    expect(await host.send(task)).toEqual({
      items: [{ taskType: "imageInference", taskUUID: task.taskUUID }],
      errors: [],
    });
    const ask = () => host.send({ taskType: "getResponse", taskUUID: task.taskUUID });
    let answer = await ask();
    while (answer.items.some((item) => item["status"] === "processing")) {
      expect(answer.items).toHaveLength(2);
      answer = await ask();
    }
    expect(answer.errors).toEqual([]);
    expect(answer.items.map(({ taskType, status }) => ({ taskType, status }))).toEqual(
      Array(2).fill({ taskType: "imageInference", status: "success" }),
    );
    expect(await ask()).toEqual(answer);
    const details = await host.send({ taskType: "getTaskDetails", taskUUID: task.taskUUID });
    const [{ request = [], response = {} } = {}] = details.items as {
      request?: unknown[];
      response?: object;
    }[];
    expect(response).toEqual({ data: answer.items });
    const { seedImage, ...rest } = task;
    expect(request).toEqual([{ ...rest, seedImage: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect(seedImage).toBe(face);
  });

  it.each([
    ["an unknown model", { model: "face_detector_9000" }, "modelNotFound", "model"],
    ["an unknown picture", { inputImage: randomUUID() }, "mediaNotFound", "inputImage"],
    [
      "what is no picture",
      { inputImage: Buffer.from("not a picture at all").toString("base64") },
      "invalidInputImage",
      "inputImage",
    ],
    [
      "a nested picture",
      { inputImage: undefined, inputs: { image: randomUUID() } },
      "mediaNotFound",
      "inputs.image",
    ],
  ])(
    "are refused at once, async as well, for %s, and their UUID stays free",
    async (_what, fields, code, parameter) => {
      const task = masking({ ...fields, deliveryMethod: "async" });
      const { items, errors } = await host.send(task);
      expect(items).toEqual([]);
      expect(errors).toEqual([
        expect.objectContaining({ code, parameter, taskUUID: task.taskUUID, taskType: "imageMasking" }),
      ]);
      expect((await host.send(masking({ taskUUID: task.taskUUID }))).errors).toEqual([]);
    },
  );

  it("say what they would cost without doing anything", async () => {
    const task = masking();
    const answer = await host.send(task, { dryRun: true });
    expect(answer).toEqual({
      items: [{ taskType: "imageMasking", taskUUID: task.taskUUID, dryRun: true, cost: 0.0006 }],
      errors: [],
    });
    expect((await host.send({ taskType: "getResponse", taskUUID: task.taskUUID })).errors[0]?.code).toBe(
      "taskNotFound",
    );
    const wrong = await host.send(masking({ model: "nobody" }), { dryRun: true });
    expect(wrong.errors[0]?.code).toBe("modelNotFound");
  });

  it("fail each by itself: a mask of another shape is one error that names the mask", async () => {
    const maskImage = (await plainPicture(30, 300)).toString("base64");
    const { items, errors } = await host.send(inference({ maskImage, numberResults: 2 }));
    expect(items).toEqual([]);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatchObject({ code: "invalidMaskImage", parameter: "maskImage" });
  });
});

describe("tasks of the wire that nobody executes", () => {
  let host: ApiTasksHost;
  beforeAll(async () => {
    host = await openApiTasksHost();
  });
  afterAll(() => host?.stop());

  const begin = async (through: OpenTaskService, fields: object = {}) => {
    const taskUUID = randomUUID();
    const inputImage = (await plainPicture()).toString("base64");
    const task = { taskType: "imageMasking", taskUUID, inputImage, model: "mediapipe_face_full", ...fields };
    const answer = host.send(task, { through });
    const { db } = host.services.store;
    const find = () =>
      db
        .selectFrom("api_tasks")
        .select("run_uuid")
        .$narrowType<{ run_uuid: NotNull }>()
        .where("task_uuid", "=", taskUUID as TaskUUID)
        .executeTakeFirst();
    let row = await find();
    while (row === undefined) row = await find();
    return { taskUUID, answer, runUUID: row.run_uuid };
  };

  it("end as cancelled where they are cancelled, for whoever waits and whoever asks", async () => {
    const { taskUUID, answer, runUUID } = await begin(host.open());
    const waiting = await host.send({ taskType: "getResponse", taskUUID });
    expect(waiting.items).toEqual([{ taskType: "imageMasking", taskUUID, status: "processing" }]);
    const { store } = host.services;
    expect(await cancelRuns(store.db, LOCAL_OWNER, { runs: [runUUID] })).toEqual([runUUID]);
    store.wakeUps.notify("events", "cancelled");
    const error = expect.objectContaining({ code: "taskCancelled", taskUUID, taskType: "imageMasking" });
    expect(await answer).toEqual({ items: [], errors: [error] });
    const asked = await host.send({ taskType: "getResponse", taskUUID });
    expect(asked).toEqual({
      items: [],
      errors: [expect.objectContaining({ code: "taskCancelled", status: "error" })],
    });
  });

  it("are left where they are when the client goes or the server closes, and told so in the second case", async () => {
    const service = host.open();
    const closing = await begin(service);
    await service.close();
    expect((await closing.answer).errors).toEqual([expect.objectContaining({ code: "serviceUnavailable" })]);
    const leaving = new AbortController();
    const inputImage = (await plainPicture()).toString("base64");
    const taskUUID = randomUUID();
    const gone = host.send(
      { taskType: "imageMasking", taskUUID, inputImage, model: "mediapipe_face_full" },
      { signal: leaving.signal },
    );
    const ask = () => host.send({ taskType: "getResponse", taskUUID });
    while ((await ask()).errors.length > 0) await new Promise(setImmediate);
    leaving.abort();
    expect(await gone).toEqual({ items: [], errors: [] });
    expect((await ask()).items).toEqual([expect.objectContaining({ status: "processing" })]);
  });
});

describe("uploads and deletions", () => {
  let host: ApiTasksHost;
  beforeAll(async () => {
    host = await openApiTasksHost();
  });
  afterAll(() => host?.stop());

  const upload = async (fields: object = {}) => ({
    taskType: "imageUpload",
    taskUUID: randomUUID(),
    image: (await plainPicture()).toString("base64"),
    ...fields,
  });
  const names = async () => {
    const { db } = host.services.store;
    const { count } = await db
      .selectFrom("artifacts")
      .select((rows) => rows.fn.countAll().as("count"))
      .executeTakeFirstOrThrow();
    return Number(count);
  };

  it("that are sent again do nothing, and are answered as they were, by any process", async () => {
    const task = await upload();
    const [first, twin] = await Promise.all([host.send(task), host.send({ ...task })]);
    expect(first).toMatchObject({ items: [{ imageUUID: expect.any(String) }], errors: [] });
    expect(twin).toEqual(first);
    const before = await names();
    expect(await host.send(task, { through: host.open() })).toEqual(first);
    expect(await names()).toBe(before);
    const media = first?.items[0]?.["imageUUID"];
    const deletion = { taskType: "mediaStorage", taskUUID: randomUUID(), operation: "delete", media };
    const deleted = await host.send(deletion);
    expect(deleted.items).toMatchObject([{ operation: "delete", mediaUUID: media }]);
    expect(await host.send(deletion)).toEqual(deleted);
  });

  it("take their UUID: another one under it, and any other kind of task, is a conflict", async () => {
    const task = await upload();
    await host.send(task);
    const image = (await plainPicture(31, 33)).toString("base64");
    const inputImage = image;
    const { taskUUID } = task;
    const begun = { taskType: "imageMasking", taskUUID: randomUUID(), inputImage, model: "face_yolov8n" };
    await host.send({ ...begun, model: "mediapipe_face_full", deliveryMethod: "async" });
    for (const other of [
      { ...task, image },
      { ...task, image: undefined, taskType: "mediaStorage", operation: "upload", media: task.image },
      { ...begun, model: "mediapipe_face_full", taskUUID },
      await upload({ taskUUID: begun.taskUUID }),
    ]) {
      expect(await host.send(other)).toMatchObject({
        items: [],
        errors: [{ code: "conflictTaskUUID", parameter: "taskUUID", taskUUID: other.taskUUID }],
      });
    }
  });

  it("are only looked at in a dry run, like the pictures of every task: what is not here is told, nothing is stored", async () => {
    const nowhere = randomUUID();
    const { image } = await upload();
    const media = (fields: object) => ({ taskType: "mediaStorage", taskUUID: randomUUID(), ...fields });
    const masking = { taskType: "imageMasking", taskUUID: randomUUID(), model: "mediapipe_face_full" };
    const before = await names();
    for (const [task, parameter] of [
      [await upload({ image: nowhere }), "image"],
      [media({ operation: "delete", media: nowhere }), "media"],
      [{ ...masking, inputs: { image: nowhere } }, "inputs.image"],
    ] as const) {
      expect(await host.send(task, { dryRun: true })).toMatchObject({
        items: [],
        errors: [{ code: "mediaNotFound", parameter }],
      });
    }
    for (const task of [
      await upload(),
      media({ operation: "upload", media: image }),
      { ...masking, inputImage: image },
    ]) {
      expect(await host.send(task, { dryRun: true })).toMatchObject({
        items: [{ dryRun: true }],
        errors: [],
      });
    }
    expect(await names()).toBe(before);
  });

  it("of a format that is not read are refused by the name of their field", async () => {
    const gif = (
      await sharp(await plainPicture())
        .gif()
        .toBuffer()
    ).toString("base64");
    const storage = { taskType: "mediaStorage", taskUUID: randomUUID(), operation: "upload", media: gif };
    for (const [task, code, parameter] of [
      [await upload({ image: gif }), "unsupportedImage", "image"],
      [storage, "unsupportedMedia", "media"],
    ] as const) {
      expect((await host.send(task)).errors).toMatchObject([{ code, parameter }]);
    }
  });

  it("that failed leave their UUID free", async () => {
    const task = await upload();
    const broken = await host.send({ ...task, image: Buffer.from("no picture at all").toString("base64") });
    expect(broken.errors).toHaveLength(1);
    expect((await host.send(task)).errors).toEqual([]);
  });

  it("are to be had with getResponse and getTaskDetails, which keep no picture", async () => {
    const task = await upload();
    const { items } = await host.send(task);
    const { taskUUID } = task;
    const asked = await host.send({ taskType: "getResponse", taskUUID });
    expect(asked).toEqual({ items: [{ ...items[0], status: "success" }], errors: [] });
    const details = await host.send({ taskType: "getTaskDetails", taskUUID });
    expect(details.items[0]?.["request"]).toEqual([{ ...task, image: items[0]?.["imageUUID"] }]);
  });
});
