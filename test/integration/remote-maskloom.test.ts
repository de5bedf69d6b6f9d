import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { DetectSettings } from "../../src/contracts/detect.ts";
import { DetectResult } from "../../src/contracts/detection.ts";
import { type BatchUUID, type RunUUID, TaskUUID } from "../../src/contracts/ids.ts";
import { ImageInferenceResult, ImageMaskingResult } from "../../src/contracts/tasks.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { ingestImage } from "../../src/runs/ingest.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readRuns } from "../../src/store/views.ts";
import { installCli } from "./cli-installation.ts";
import { storedFiles, storedRows } from "./everything-stored.ts";
import { KEY_NAME, openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/* One Maskloom asks another one: our client against our own server, with real detection on both sides of the wire. */

const DetectResults = z.array(DetectResult);
const KEY = "the-key-of-the-other-one-4711";
const WRONG = "a-wrong-key-that-must-not-show-0815";

const faces = (provider: string, more: string) => `
maskloom: 1
name: elsewhere
inputs: { image: { type: image } }
steps:
  - id: faces
    task: imageMasking
    provider: ${provider}
    inputImage: \${inputs.image}
    model: mediapipe_face_full
    maskPadding: 8
    maskBlur: 6
    combine: perDetection
    cache: false
  - id: hide
    task: imageInference
    provider: ${provider}
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    ${more}
output: \${steps.hide.image}
`;

describe("another Maskloom as a provider", () => {
  let other: ServerHost;
  let worker: { stop(): Promise<void> };
  let host: RemoteHost;
  let picture: Buffer;
  let output: () => string;

  beforeAll(async () => {
    picture = await readFile(path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg"));
    other = await openServerHost({ MASKLOOM_API_KEY: KEY });
    const server = await other.start();
    worker = await startWorkerProcess(other.home);
    const url = `${server.url.replace(/^http/, "ws").replace(/\/$/, "")}/v1`;
    const entry = { kind: "runware" as const, url, models: ["local:fill"], prices: { "*": 0.002 } };
    host = await openRemoteHost(
      [
        { ...entry, id: "farm", keyFrom: KEY_NAME },
        {
          ...entry,
          id: "nested",
          keyFrom: KEY_NAME,
          url: url.replace(/^ws/, "http"),
          options: { form: "nested" },
        },
        { ...entry, id: "refused", keyFrom: "TEST_WRONG_KEY" },
      ],
      KEY,
      { TEST_WRONG_KEY: WRONG },
    );
    output = (await host.startWorker()).output;
  });
  afterAll(async () => {
    await host?.close();
    await worker?.stop();
    await other?.stop();
  });

  const tasksOf = async (runUUID: RunUUID | undefined) => {
    const [run] = runUUID === undefined ? [] : await readRuns(host.services.store.db, LOCAL_OWNER, [runUUID]);
    return run?.tasks ?? [];
  };
  const callsOf = (batch: BatchUUID) =>
    host.services.store.db.selectFrom("calls").selectAll().where("batch_uuid", "=", batch).execute();

  it.each([
    ["zooms by itself", "farm", "maskMargin: 48"],
    ["gets the crops that we zoom into", "farm", "maskMargin: 48\n    native: false"],
    ["is asked over HTTP, in nested form", "nested", "maskMargin: 48"],
  ])("finds faces and repaints them there: it %s", async (_, provider, more) => {
    const { batchUUID, runs } = await host.submit(faces(provider, more), 1, { picture });
    await host.untilTasks(batchUUID, { succeeded: 2 });
    const [masking, painting] = await tasksOf(runs[0]);
    const found = ImageMaskingResult.parse(masking?.output);
    expect(found.detections).toHaveLength(1);
    expect(found.detections[0]).toMatchObject({ score: null, label: "face" });
    expect(found.detections[0]?.maskImage).toBeDefined();
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = found.detections[0]?.box ?? [];
    /* Where the astronaut's face is. */
    expect([x0 < 224, x1 > 224, y0 < 110, y1 > 110]).toEqual([true, true, true, true]);
    const painted = ImageInferenceResult.parse(painting?.output);
    expect(painted.quality.pixelsChangedOutside).toBe(0);
    expect(painted.quality.pixelsChangedInside).toBeGreaterThan(1_000);
    expect([painted.width, painted.height]).toEqual([found.width, found.height]);
    const calls = await callsOf(batchUUID);
    expect(calls.map(({ state }) => state)).toEqual(["answered", "answered"]);
    /* The other one knows each of them by our UUID, once. */
    const known = await other.services.store.db
      .selectFrom("api_tasks")
      .select("task_uuid")
      .where(
        "task_uuid",
        "in",
        calls.map(({ uuid }) => TaskUUID.parse(uuid)),
      )
      .execute();
    expect(known).toHaveLength(2);
  });

  it("is tried out where somebody says so: one call for one look, whatever mask is made of its finds", async () => {
    const { services } = host;
    const { artifacts, trials, store } = services;
    const limits = services.config.limits;
    const { value } = await ingestImage(artifacts, LOCAL_OWNER, picture, "astronaut.jpg", limits);
    const ask = (fields: object) =>
      trials.detect(
        LOCAL_OWNER,
        value.uuid,
        DetectSettings.parse({ model: "mediapipe_face_full", ...fields }),
        new AbortController().signal,
      );
    const countCalls = async () => (await store.db.selectFrom("calls").select("uuid").execute()).length;
    const before = await countCalls();
    const here = await ask({});
    expect([here.cost, await countCalls()]).toEqual([null, before]);
    const there = await ask({ provider: "farm" });
    expect(await countCalls()).toBe(before + 1);
    expect(there).toMatchObject({ width: here.width, height: here.height, model: "mediapipe_face_full" });
    expect(there.detections).toHaveLength(1);
    expect(there.detections[0]).toMatchObject({ score: null, label: "face" });
    const boxes = [here, there].map(({ detections }) => detections[0]?.box ?? [0, 0, 0, 0]);
    for (const [at, side] of (boxes[0] ?? []).entries())
      expect(Math.abs(side - (boxes[1]?.[at] ?? 0))).toBeLessThan(6);
    expect(there.maskImage).toMatch(/^data:image\/png;base64,/);
    const wider = await ask({ provider: "farm", maskPadding: 40 });
    expect(wider.maskImage).not.toBe(there.maskImage);
    expect(await countCalls()).toBe(before + 1);
    await expect(ask({ provider: "nobody" })).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    await expect(ask({ provider: "refused" })).rejects.toMatchObject({ code: "PROVIDER_REFUSED" });
  });

  it("looks for the command, too, where it is named, and says what that cost", async () => {
    const installation = await installCli();
    try {
      const photo = path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg");
      const env = { [KEY_NAME]: KEY };
      const common = { home: host.home, env };
      const detected = await installation.run(["detect", photo, "--provider", "farm", "--json"], common);
      expect(detected).toMatchObject({ code: 0, stderr: expect.stringMatching(/cost {5}\$0\.\d{4}/) });
      const [{ detections = [] } = {}] = DetectResults.parse(JSON.parse(detected.stdout));
      expect(detections).toMatchObject([{ score: null, label: "face" }]);
      const target = path.join(host.home, "mask.png");
      const masked = await installation.run(["mask", photo, "--provider", "farm", "-o", target], common);
      expect(masked).toMatchObject({ code: 0, stdout: expect.stringContaining("1 find") });
      const { data } = await sharp(await readFile(target))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(data.filter((level) => level === 255).length).toBeGreaterThan(2_000);
      const refused = await installation.run(["detect", photo, "--provider", "nobody"], common);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("configured provider") });
    } finally {
      await installation.remove();
    }
  });

  it("is refused with a wrong key, and neither key is to be found anywhere", async () => {
    const { batchUUID, runs } = await host.submit(faces("refused", "maskMargin: 48"), 1, { picture });
    await host.untilTasks(batchUUID, { failed: 1, cancelled: 1 });
    const [masking] = await tasksOf(runs[0]);
    expect(masking?.error).toMatchObject({ code: "PROVIDER_REFUSED" });
    const [call] = await callsOf(batchUUID);
    expect(call?.state).toBe("failed");
    const everything = [
      output(),
      JSON.stringify(await tasksOf(runs[0])),
      await storedRows(host.services),
      await storedFiles(host.home),
    ];
    /* The dump has what it should have: the refusal itself. */
    expect(everything.join()).toContain("invalidApiKey");
    for (const text of everything) for (const key of [KEY, WRONG]) expect(text).not.toContain(key);
  });
});
