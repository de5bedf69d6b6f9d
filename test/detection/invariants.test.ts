import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Detection } from "../../src/contracts/detection.ts";
import { readTask } from "../../src/contracts/wire/read-task.ts";
import { createDetector, type DetectOptions, type Detector } from "../../src/detection/detector.ts";
import { maskDetections } from "../../src/detection/masks/mask-detections.ts";
import type { RgbPixels } from "../../src/detection/sampling/letterbox.ts";
import { createYoloPipeline } from "../../src/detection/yolo/yolo-pipeline.ts";
import type { Found } from "../../src/image/detection-shape.ts";
import { type CompiledSelection, selectDetections } from "../../src/image/select-detections.ts";
import { createInferencePool, type InferencePool } from "../../src/onnx/inference-pool.ts";
import { maskingWorkflow } from "../../src/runs/api/api-workflow.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeSpotNetwork } from "./yolo/spot-network.ts";
import { drawSpots, RED } from "./yolo/spot-picture.ts";

/* What must hold for any face detector and any picture, on real photos. How finds move with the picture: geometry.test.ts. */

const PHOTOS = ["astronaut.jpg", "grace_hopper.jpg"] as const;
const MODELS = ["mediapipe_face_full", "mediapipe_face_short"] as const;
const files = new Map<string, Buffer>(
  PHOTOS.map((name) => [name, readFileSync(new URL(`../../examples/photos/${name}`, import.meta.url))]),
);

let pools: InferencePool[];
let detectors: Map<string, Detector>;
/** The same on another number of threads. */
let others: Map<string, Detector>;
beforeAll(async () => {
  pools = [1, 2].map((threads) => createInferencePool({ threads }));
  const [first, second] = await Promise.all(
    pools.map(async (pool) => {
      const all = MODELS.map(async (model) => [model, await createDetector(model, pool)] as const);
      return new Map<string, Detector>(await Promise.all(all));
    }),
  );
  detectors = first ?? new Map();
  others = second ?? new Map();
});
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const photo = fc.constantFrom(...PHOTOS);
const model = fc.constantFrom(...MODELS);
const open = (name: string): Sharp => sharp(files.get(name));

async function pixels(image: Sharp): Promise<RgbPixels> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

async function find(name: string, picture: RgbPixels, options: DetectOptions = { confidence: 0.5 }) {
  const finds = await detectors.get(name)?.detect(picture, options);
  return finds?.detections ?? [];
}

describe("face detectors", () => {
  it("find less with more confidence, never more, and every find above it", async () => {
    const confidence = fc.double({ min: 0.05, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(model, photo, confidence, confidence, async (name, file, a, b) => {
        const picture = await pixels(open(file));
        const some = await find(name, picture, { confidence: Math.max(a, b) });
        const more = await find(name, picture, { confidence: Math.min(a, b) });
        expect(some.length).toBeLessThanOrEqual(more.length);
        for (const { score } of some) expect(score).toBeGreaterThan(Math.max(a, b));
        expect(some.map(({ score }) => score)).toEqual(more.map(({ score }) => score).slice(0, some.length));
      }),
      { numRuns: 16 },
    );
  });

  it("answer alike in any order and on any number of threads, tiled or not", async () => {
    const widths = fc.shuffledSubarray([300, 512, 1500], { minLength: 2 });
    await fc.assert(
      fc.asyncProperty(model, photo, widths, async (name, file, order) => {
        const pictures = await Promise.all(order.map((width) => pixels(open(file).resize({ width }))));
        const single = [];
        for (const picture of pictures) single.push(await find(name, picture));
        const other = others.get(name);
        const reversed = [...pictures]
          .reverse()
          .map((picture) => other?.detect(picture, { confidence: 0.5 }));
        const atOnce = (await Promise.all(reversed)).reverse().map((finds) => finds?.detections);
        expect(atOnce).toEqual(single);
      }),
      { numRuns: 6 },
    );
  });

  it("give boxes that meet the picture, with edges in order", async () => {
    for (const name of MODELS) {
      for (const file of PHOTOS) {
        const picture = await pixels(open(file));
        for (const { box } of await find(name, picture, { confidence: 0.05 })) {
          const [x0, y0, x1, y1] = box;
          expect(x0).toBeLessThan(x1);
          expect(y0).toBeLessThan(y1);
          expect(Math.max(x0, 0)).toBeLessThan(Math.min(x1, picture.width));
          expect(Math.max(y0, 0)).toBeLessThan(Math.min(y1, picture.height));
        }
      }
    }
  });
});

/** What the API makes of maxDetections. */
function selectionOf(maxDetections: number): CompiledSelection {
  const request = {
    taskType: "imageMasking",
    taskUUID: randomUUID(),
    inputImage: randomUUID(),
    model: "any",
  };
  const read = readTask({ ...request, maxDetections }, false);
  if (!("task" in read) || read.task.taskType !== "imageMasking") throw new Error("expected a masking");
  const [step] = maskingWorkflow(read.task).steps;
  const take = step?.task === "imageMasking" ? step.select?.take : undefined;
  if (typeof take !== "number") throw new Error("expected a selection of so many");
  return { take };
}

/** Both photos, each in two sizes: four people that show their faces. */
async function crowd(): Promise<RgbPixels> {
  const photos = await Promise.all(
    [...PHOTOS, ...PHOTOS].map((name, at) =>
      open(name)
        .resize({ width: at < PHOTOS.length ? 420 : 300 })
        .toBuffer(),
    ),
  );
  const places = photos.map((input, at) => ({ input, left: (at % 2) * 430, top: at < 2 ? 0 : 560 }));
  const background = "#5a5a5a";
  const empty = sharp({ create: { width: 860, height: 1000, channels: 3, background } });
  return await pixels(sharp(await empty.composite(places).png().toBuffer()));
}

describe("maxDetections", () => {
  it.each([
    ["mediapipe_face_full", 4],
    ["mediapipe_face_mesh", 2],
    ["mediapipe_person", 2],
    ["mediapipe_selfie", 1],
  ] as const)("adds to what %s finds what is less sure, and takes nothing away", async (name, least) => {
    const picture = await crowd();
    const detector = await createDetector(name, pools[0] ?? createInferencePool({ threads: 1 }));
    const { detections } = await detector.detect(picture, { confidence: 0.1 });
    expect(detections.length).toBeGreaterThanOrEqual(least);
    expectMonotone(detections, picture);
  });

  it("adds to what a YOLO network finds what is less sure, and takes nothing away", async () => {
    const weights = makeSpotNetwork();
    const source = { added: "spots.onnx", sha256: "0".repeat(64), bytes: weights.length };
    const runtime = {
      pool: pools[0] ?? createInferencePool({ threads: 1 }),
      readWeights: async () => weights,
    };
    const finder = await createYoloPipeline(
      { id: "spots", detects: "spot" },
      { kind: "yolo", source },
      runtime,
    );
    // The smaller, the less sure.
    const spots = [16, 14, 12, 10].map((side, at) => ({ x: 6 + at * 32, y: 10, side, color: RED }));
    const picture = drawSpots(128, 128, spots);
    const { detections } = await finder.find(picture, { confidence: 0.2, signal: undefined });
    expect(detections.length).toBeGreaterThanOrEqual(3);
    expectMonotone(detections, picture);
  });
});

const shared = new URL("../../../shared/photos/", import.meta.url);

describe.skipIf(mayBeMissing && !existsSync(shared))("maxDetections on photos of ../shared", () => {
  it.each([
    ["mediapipe_hand", "one_face_two_hands.jpg", 2],
    ["mediapipe_person", "four_people_table_coco790.jpg", 2],
  ] as const)("leaves what %s is surest of, and a mask of that alone", async (name, file, least) => {
    const picture = await pixels(sharp(readFileSync(new URL(file, shared))));
    const detector = await createDetector(name, pools[0] ?? createInferencePool({ threads: 1 }));
    const { detections } = await detector.detect(picture, { confidence: 0.25 });
    expect(detections.length).toBeGreaterThanOrEqual(least);
    expectMonotone(detections, picture);
    const [surest] = detections;
    const taken = selectDetections(detections, picture, selectionOf(1));
    expect(taken).toEqual([surest]);
    const [one, all] = [taken, detections].map((some) => maskOf(picture, some, detector));
    expect(one).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(1.2 * (one ?? 0));
  });
});

const MASK = { maskPadding: 0, maskBlur: 0, invert: false };

/** How many pixels are to be repainted. */
function maskOf(picture: RgbPixels, detections: readonly Found[], { manifest }: Detector): number {
  return maskDetections(picture, detections, manifest, MASK).mask.data.reduce(
    (count, value) => count + (value > 0 ? 1 : 0),
    0,
  );
}

function expectMonotone(detections: readonly Detection[], picture: RgbPixels): void {
  const number = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [few, many] = [Math.min(a, b), Math.max(a, b)].map((most) =>
        selectDetections(detections, picture, selectionOf(most)),
      );
      expect(few).toHaveLength(Math.min(a, b, detections.length));
      expect(many?.slice(0, few?.length)).toEqual(few);
      const [last] = few?.slice(-1) ?? [];
      for (const { score } of detections.slice(few?.length)) {
        expect(score ?? 0).toBeLessThanOrEqual(last?.score ?? 0);
      }
    }),
  );
}
