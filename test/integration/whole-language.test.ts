import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { ImageInferenceResult } from "../../src/contracts/tasks.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/* The language's full example, with the models that come with the package, on a photo of two people. */

const WORKFLOW = new URL("../fixtures/workflows/portrait-rules.yaml", import.meta.url);

/* The left face and the right one, each found by a step of its own and then repainted together, in two ways of writing it. */
const UNITED = `
maskloom: 1
name: united
inputs: { image: { type: image } }
defaults: { cache: false }
steps:
  - { id: left, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, select: { where: "x < 0.5" } }
  - { id: right, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, select: { where: "x > 0.5" } }
  - id: listed
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: ["\${steps.left.maskImage}", "\${steps.right.maskImage}"]
    maskMargin: 16
  - { id: both, task: composite, base: "\${steps.left.maskImage}", over: "\${steps.right.maskImage}", mask: "\${steps.right.maskImage}" }
  - id: laid
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${steps.both.image}
    maskMargin: 16
outputs: { image: "\${steps.listed.image}", laid: "\${steps.laid.image}" }
`;

let host: ServerHost;
let client: MaskloomClient;
let worker: { stop(): Promise<void> };
let ended: RunDetail;

beforeAll(async () => {
  host = await openServerHost();
  client = new MaskloomClient({ baseUrl: (await host.start()).url });
  worker = await startWorkerProcess(host.home);
  const workflow = await readFile(WORKFLOW, "utf8");
  const { runUUID } = await client.runs.create({ workflow, image: await twoPeople() });
  ended = await client.runs.wait(runUUID);
});
afterAll(async () => {
  await worker?.stop();
  await host?.stop();
});

const Face = z.object({ index: z.int(), area: z.number(), roll: z.number(), x: z.number() });
const facesFound = () => z.object({ faces: z.array(Face) }).parse(ended.outputs).faces;
const task = (step: string, element: number | null = null) =>
  ended.tasks.find((one) => one.step === step && one.element === element);
const regionsOf = (step: string, element: number | null = null) =>
  ImageInferenceResult.parse(task(step, element)?.output).quality.regions;

it("becomes a task for each step, and one for each face", () => {
  expect(ended.status).toBe("succeeded");
  expect(ended.tasks.map(({ step, element, status }) => [step, element, status])).toEqual([
    ["people", null, "succeeded"],
    ["faces", null, "succeeded"],
    ["each", null, "succeeded"],
    ["each", 1, "succeeded"],
    ["each", 2, "succeeded"],
    ["eyes", null, "succeeded"],
    ["sharpenEyes", null, "succeeded"],
  ]);
});

it.each(["listed", "laid"])("repaints what two masks cover in one step: %s", async (step) => {
  const { runUUID } = await client.runs.create({ workflow: UNITED, image: await twoPeople() });
  const run = await client.runs.wait(runUUID);
  expect(run.status).toBe("succeeded");
  const made = run.tasks.find((one) => one.step === step);
  const { quality } = ImageInferenceResult.parse(made?.output);
  const middles = quality.regions.map(({ box: [x0, , x1] }) => (x0 + x1) / 2);
  const [left = 0, right = 0, ...others] = middles.sort((a, b) => a - b);
  expect(others).toEqual([]);
  const width = run.tasks.find((one) => one.step === "left")?.output;
  const half = z.object({ width: z.number() }).parse(width).width / 2;
  expect(left).toBeLessThan(half);
  expect(right).toBeGreaterThan(half);
  expect(quality.pixelsChangedOutside).toBe(0);
});

it("finds both faces, from left to right, and gives them as data beside the picture", () => {
  const [left, right, ...others] = facesFound();
  expect(others).toEqual([]);
  expect([left?.index, right?.index]).toEqual([1, 2]);
  expect(left?.x).toBeLessThan(0.5);
  expect(right?.x).toBeGreaterThan(0.5);
  expect(ended.output).toBe(z.object({ image: z.string() }).parse(task("sharpenEyes")?.output).image);
});

it("gives each face what the first rule that holds says, and a strength by its size", () => {
  const [left, right] = facesFound();
  const strength = (area = 0) => Math.min(Math.max(0.55 - area * 2, 0.2), 0.55);
  expect(task("each", 1)?.input).toMatchObject({
    positivePrompt: "a woman, freckles",
    seed: 11,
    strength: strength(left?.area),
  });
  expect(task("each", 2)?.input).toMatchObject({
    positivePrompt: "detailed face",
    strength: strength(right?.area),
  });
});

it("turns the face that is tilted upright, and only that one", () => {
  const [left, right] = facesFound();
  expect(Math.abs(left?.roll ?? 0)).toBeGreaterThan(5);
  expect(Math.abs(right?.roll ?? 90)).toBeLessThan(3);
  expect(regionsOf("each", 1)[0]?.turned).toBeCloseTo(left?.roll ?? 0, 1);
  expect(regionsOf("each", 2)[0]).not.toHaveProperty("turned");
});

it("looks for eyes in the faces that were repainted, and sharpens all four", () => {
  const image = z.object({ image: z.string() }).parse(task("each")?.output).image;
  expect(task("eyes")?.input).toMatchObject({ inputImage: image });
  expect(task("sharpenEyes")?.input).toMatchObject({ seedImage: image });
  expect(regionsOf("sharpenEyes")).toHaveLength(4);
});

it("changes nothing outside of its masks, in any of the steps that paint", () => {
  for (const one of ended.tasks.filter(({ taskType }) => taskType !== "imageMasking"))
    expect(one.output).toMatchObject({ quality: { pixelsChangedOutside: 0 } });
});

/** A photo beside its mirror image, which leans to a side. */
async function twoPeople(): Promise<Uint8Array> {
  const photo = path.join(PACKAGE_ROOT, "examples", "photos", "grace_hopper.jpg");
  const leaning = sharp(photo).flop().rotate(10, { background: "#8a8070" });
  const [left, right] = await Promise.all([
    sharp(await leaning.png().toBuffer())
      .resize({ width: 400, height: 440 })
      .png()
      .toBuffer(),
    sharp(photo).resize({ width: 375, height: 440 }).png().toBuffer(),
  ]);
  return sharp({ create: { width: 775, height: 440, channels: 3, background: "white" } })
    .composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: 400, top: 0 },
    ])
    .png()
    .toBuffer();
}
