import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finder } from "../../../src/detection/finder.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import {
  createFinder,
  overlapWithMask,
  patchOf,
  readExample,
  readMask,
  readPhoto,
  readReference,
} from "../reference-pictures.ts";

/** Any of the references names all photos. */
const photos = Object.keys(readReference("hands.json") ?? {});
const options = { confidence: 0.25, signal: undefined };

let pool: InferencePool;
let selfie: Finder;
beforeAll(async () => {
  pool = createInferencePool({ threads: 1 });
  selfie = await createFinder("selfie", pool);
});
afterAll(() => pool.close());

describe("mediapipe_selfie", () => {
  it.each(["astronaut.jpg", "grace_hopper.jpg"])("finds the person in %s as one mask", async (name) => {
    const picture = await readExample(name);
    const { detections } = await selfie.find(picture, options);
    expect(detections).toHaveLength(1);
    const [person] = detections;
    const inside = person === undefined ? 0 : patchOf(person).data.reduce((sum, level) => sum + level, 0);
    const share = inside / (picture.width * picture.height);
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.6);
    expect(person?.score).toBe((person?.stages?.detector ?? 0) * (person?.stages?.presence ?? 0));
  });

  it("finds the same where its networks run at once", async () => {
    const threads = createInferencePool({ threads: 2 });
    const other = await createFinder("selfie", threads);
    const picture = await readExample("grace_hopper.jpg");
    const { detections } = await selfie.find(picture, options);
    expect((await other.find(picture, options)).detections).toEqual(detections);
    await threads.close();
  });

  it("finds nobody in an even picture of any size", async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 300],
      [640, 7],
    ] as const) {
      const data = new Uint8Array(width * height * 3).fill(128);
      expect((await selfie.find({ width, height, data }, options)).detections).toEqual([]);
    }
  });
});

describe.skipIf(mayBeMissing && photos.length === 0)(
  "against the official solution, on every photo of ../shared",
  () => {
    it.each(photos)("masks %s as the original does, with IoU 0.999", async (name) => {
      const picture = await readPhoto(name);
      const [found] = (await selfie.find(picture, { ...options, confidence: 0 })).detections;
      const mask = await readMask("selfie_masks_cpu", name);
      if (found === undefined) expect(mask.data.every((level) => level < 128)).toBe(true);
      else expect(overlapWithMask(patchOf(found), mask)).toBeGreaterThan(0.999);
    });

    it("sees nobody in a bowl of food, which the original masks as surely as a portrait", async () => {
      const picture = await readPhoto("negative_food_coco62554.jpg");
      const [bowl] = (await selfie.find(picture, { ...options, confidence: 0 })).detections;
      expect(bowl?.stages?.presence).toBeGreaterThan(0.9);
      expect((await selfie.find(picture, options)).detections).toEqual([]);
    });
  },
);
