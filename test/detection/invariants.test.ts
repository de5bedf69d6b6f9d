import { readFileSync } from "node:fs";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../src/contracts/detection.ts";
import { createDetector, type DetectOptions, type Detector } from "../../src/detection/detector.ts";
import type { RgbPixels } from "../../src/detection/sampling/letterbox.ts";
import { intersectionOverUnion } from "../../src/detection/ssd/weighted-suppression.ts";
import { createInferencePool, type InferencePool } from "../../src/onnx/inference-pool.ts";

/* What must hold for any detector and any picture, on real photos. A network is no exact function of geometry: boxes
   are compared by their overlap. */

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

/** The face that both photos show once. */
async function faceIn(name: string, picture: RgbPixels): Promise<Box> {
  const [face, ...more] = await find(name, picture);
  expect(more).toEqual([]);
  return face?.box ?? [0, 0, 0, 0];
}

describe("face detectors", () => {
  it("find the mirrored box in the mirrored picture", async () => {
    for (const name of MODELS) {
      for (const file of PHOTOS) {
        const picture = await pixels(open(file));
        const [x0, y0, x1, y1] = await faceIn(name, await pixels(open(file).flop()));
        const back: Box = [picture.width - x1, y0, picture.width - x0, y1];
        expect(intersectionOverUnion(await faceIn(name, picture), back)).toBeGreaterThan(0.85);
      }
    }
  });

  it("find the scaled box in the scaled picture, tiled or not", async () => {
    const scale = fc.double({ min: 0.5, max: 3.5, noNaN: true });
    await fc.assert(
      fc.asyncProperty(model, photo, scale, async (name, file, factor) => {
        const picture = await pixels(open(file));
        const width = Math.round(picture.width * factor);
        const scaled = await pixels(open(file).resize({ width }));
        const real = width / picture.width;
        const expected = (await faceIn(name, picture)).map((value) => value * real) as Box;
        const found = await find(name, scaled);
        const overlaps = found.map(({ box }) => intersectionOverUnion(expected, box));
        expect(Math.max(...overlaps)).toBeGreaterThan(0.75);
      }),
      { numRuns: 12 },
    );
  });

  /* Much padding makes the face too small for the short-range network. */
  it.each([
    ["mediapipe_face_full", 250, 0.7],
    ["mediapipe_face_short", 60, 0.6],
  ] as const)(
    "move the box of %s with up to %i pixels of padding around the picture",
    async (name, most, least) => {
      const side = fc.integer({ min: 0, max: most });
      const padding = fc.record({ left: side, top: side, right: side, bottom: side });
      await fc.assert(
        fc.asyncProperty(photo, padding, async (file, around) => {
          const padded = await pixels(open(file).extend({ ...around, background: "#5a5a5a" }));
          const [x0, y0, x1, y1] = await faceIn(name, padded);
          const { left, top } = around;
          const back: Box = [x0 - left, y0 - top, x1 - left, y1 - top];
          const expected = await faceIn(name, await pixels(open(file)));
          expect(intersectionOverUnion(expected, back)).toBeGreaterThan(least);
        }),
        { numRuns: 12 },
      );
    },
  );

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
