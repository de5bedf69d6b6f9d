import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finder } from "../../../src/detection/finder.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import {
  createFinder,
  farthest,
  mirror,
  pad,
  readExample,
  readPhoto,
  readReference,
} from "../reference-pictures.ts";

interface Reference {
  readonly hands: readonly {
    readonly handedness: "Left" | "Right";
    readonly landmarks: readonly (readonly number[])[];
  }[];
}
const official = readReference<Reference>("hands.json");
const options = { confidence: 0.25, signal: undefined };

let pool: InferencePool;
let hands: Finder;
beforeAll(async () => {
  pool = createInferencePool({ threads: 1 });
  hands = await createFinder("hand", pool);
});
afterAll(() => pool.close());

it.each(["astronaut.jpg", "grace_hopper.jpg"])("sees no hand in %s, which shows none", async (name) => {
  expect((await hands.find(await readExample(name), options)).detections).toEqual([]);
});

it("stops when cancelled", async () => {
  const picture = await readExample("astronaut.jpg");
  await expect(hands.find(picture, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "CANCELLED",
  });
});

describe.skipIf(mayBeMissing && official === null)(
  "against the official solution, on every photo of ../shared",
  () => {
    it.each(Object.entries(official ?? {}))(
      "finds the same hands in %s, within 0.01 px",
      async (name, { hands: wanted }) => {
        const { detections } = await hands.find(await readPhoto(name), options);
        expect(detections).toHaveLength(wanted.length);
        for (const hand of wanted) {
          const distances = detections.map(({ landmarks = [] }) => farthest(landmarks, hand.landmarks));
          const nearest = detections[distances.indexOf(Math.min(...distances))];
          expect(Math.min(...distances)).toBeLessThan(0.01);
          const depths = nearest?.landmarks?.map(([, , z], at) =>
            Math.abs(z - (hand.landmarks[at]?.[2] ?? 0)),
          );
          expect(Math.max(...(depths ?? []))).toBeLessThan(0.01);
          // The original takes pictures for mirrored ones.
          expect(nearest?.handedness).toBe(hand.handedness === "Left" ? "right" : "left");
        }
      },
    );

    it("gives the box around the points, and what the score is the product of", async () => {
      const [hand] = (await hands.find(await readPhoto("one_face_one_hand.jpg"), options)).detections;
      const [xs, ys] = [hand?.landmarks?.map(([x]) => x) ?? [], hand?.landmarks?.map(([, y]) => y) ?? []];
      expect(hand?.label).toBe("hand");
      expect(hand?.box).toEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
      expect(hand?.score).toBe((hand?.stages?.detector ?? 0) * (hand?.stages?.presence ?? 0));
      // Fingers upwards.
      expect(Math.abs(hand?.roll ?? 180)).toBeLessThan(30);
    });

    it("sees the other hand in the mirrored picture, at the mirrored place", async () => {
      const picture = await readPhoto("one_face_one_hand.jpg");
      const [hand] = (await hands.find(picture, options)).detections;
      const [other] = (await hands.find(mirror(picture), options)).detections;
      expect(hand?.handedness).toBe("left");
      expect(other?.handedness).toBe("right");
      const back = other?.landmarks?.map(([x, y]) => [picture.width - x, y]) ?? [];
      expect(farthest(back, hand?.landmarks ?? [])).toBeLessThan(4);
    });

    it("moves the points with the padding around the picture", async () => {
      const picture = await readPhoto("one_face_one_hand.jpg");
      const [hand] = (await hands.find(picture, options)).detections;
      const [moved] = (await hands.find(pad(picture, 60, 20), options)).detections;
      const back = moved?.landmarks?.map(([x, y]) => [x - 60, y - 20]) ?? [];
      expect(farthest(back, hand?.landmarks ?? [])).toBeLessThan(4);
    });

    it("finds the same with two threads, and many times at once", async () => {
      const picture = await readPhoto("one_face_two_hands.jpg");
      const { detections } = await hands.find(picture, options);
      const twoThreads = createInferencePool({ threads: 2 });
      try {
        const others = await createFinder("hand", twoThreads);
        for (const found of await Promise.all([1, 2, 3].map(() => others.find(picture, options)))) {
          expect(found.detections).toEqual(detections);
        }
      } finally {
        await twoThreads.close();
      }
    });

    it("finds small hands of a group photo in its tiles, where the original finds none", async () => {
      const picture = await readPhoto("solvay1927.jpg");
      const { detections } = await hands.find(picture, { ...options, tiling: "auto" });
      // Eight of nine: what else is there looks to the network as stars and food do, unsure from some distance.
      expect(detections.length).toBeGreaterThanOrEqual(8);
      const sides = detections.map(({ box: [x0, y0, x1, y1] }) => Math.max(x1 - x0, y1 - y0));
      expect(Math.max(...sides)).toBeLessThan(80);
    });

    it.each([1600, 2048, 2400])(
      "sees no hands in the stars of a flag, %i pixels high, whatever the confidence",
      async (height) => {
        const { data, info } = await sharp(
          readFileSync(new URL("../../../examples/photos/grace_hopper.jpg", import.meta.url)),
        )
          .resize({ height })
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const picture = { width: info.width, height: info.height, data };
        expect((await hands.find(picture, { ...options, tiling: "auto" })).detections).toEqual([]);
      },
    );

    it("finds fewer with more confidence, down to none", async () => {
      const picture = await readPhoto("one_face_two_hands.jpg");
      const counts = [];
      for (const confidence of [0.02, 0.25, 0.94, 0.999]) {
        counts.push((await hands.find(picture, { ...options, confidence })).detections.length);
      }
      expect(counts.slice(1)).toEqual([2, 1, 0]);
      expect(counts[0]).toBeGreaterThanOrEqual(2);
    });
  },
);
