import { existsSync, readFileSync } from "node:fs";
import { mediapipeHand } from "../../models/mediapipe-hand.ts";
import { mediapipePerson } from "../../models/mediapipe-person.ts";
import { mediapipeSelfie } from "../../models/mediapipe-selfie.ts";
import type { DetectorManifest, ModelSource } from "../../src/contracts/manifest.ts";
import { openPicture } from "../../src/detection/detection-picture.ts";
import type { Finder } from "../../src/detection/finder.ts";
import type { Patch } from "../../src/detection/masks/place-mask.ts";
import { createPipeline } from "../../src/detection/pipelines.ts";
import type { RgbPixels } from "../../src/detection/sampling/letterbox.ts";
import { decodeImage } from "../../src/image/codec.ts";
import type { Found } from "../../src/image/detection-shape.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { Mask } from "../../src/image/raster.ts";
import { toRgb } from "../../src/image/samples.ts";
import type { InferencePool } from "../../src/onnx/inference-pool.ts";
import { readWeightFile } from "../../src/onnx/weight-file.ts";

/* The photos beside the repository, and what MediaPipe's own solutions answered to them. */

const SHARED = new URL("../../../shared/", import.meta.url);
const EXAMPLES = new URL("../../examples/photos/", import.meta.url);

const MODELS = { hand: mediapipeHand, person: mediapipePerson, selfie: mediapipeSelfie };

export function createFinder(model: keyof typeof MODELS, pool: InferencePool): Promise<Finder> {
  const manifest: DetectorManifest = MODELS[model];
  const readWeights = (source: ModelSource) => {
    if ("npm" in source) return readWeightFile(source);
    throw new Error("expected weights in a package");
  };
  return createPipeline(manifest, { pool, readWeights });
}

/** Null where the checkout has no references beside it: those tests are skipped. */
export function readReference<Answer>(name: string): Record<string, Answer> | null {
  const file = new URL(`refs/${name}`, SHARED);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

export async function readMask(folder: string, photo: string): Promise<Mask> {
  const file = new URL(`refs/${folder}/${photo.replace(".jpg", ".png")}`, SHARED);
  const { image } = await decodeImage(readFileSync(file));
  const { data } = toRgb(image);
  return { ...image, data: Uint8Array.from({ length: data.length / 3 }, (_, at) => data[3 * at] ?? 0) };
}

export const readPhoto = (name: string): Promise<RgbPixels> => readPixels(new URL(`photos/${name}`, SHARED));

export const readExample = (name: string): Promise<RgbPixels> => readPixels(new URL(name, EXAMPLES));

/** As every caller of a detector does it: one of the photos is in another colour space than sRGB. */
async function readPixels(file: URL): Promise<RgbPixels> {
  return (await openPicture(readFileSync(file), DEFAULT_LIMITS)).pixels;
}

export function patchOf({ segmentation }: Pick<Found, "segmentation">): Patch {
  if (segmentation?.kind === "patch") return segmentation;
  throw new Error("expected a segmentation of pixels");
}

/** Intersection over union; a pixel of the mask is inside from 128 on. */
export function overlapWithMask({ box, data }: Patch, mask: Mask): number {
  let [both, either] = [0, 0];
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const within = x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;
      const ours = within && data[(y - box.y0) * (box.x1 - box.x0) + x - box.x0] !== 0;
      const theirs = (mask.data[y * mask.width + x] ?? 0) >= 128;
      if (ours && theirs) both += 1;
      if (ours || theirs) either += 1;
    }
  }
  return both / either;
}

/** The largest distance along x or y between points of the same number. */
export function farthest(
  points: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
): number {
  if (points.length !== wanted.length) return Number.POSITIVE_INFINITY;
  const distances = points.flatMap(([x = 0, y = 0], at) => {
    const [otherX = 0, otherY = 0] = wanted[at] ?? [];
    return [Math.abs(x - otherX), Math.abs(y - otherY)];
  });
  return Math.max(...distances);
}

export function mirror({ width, height, data }: RgbPixels): RgbPixels {
  const mirrored = new Uint8Array(data.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = (pixel - (pixel % width) + width - 1 - (pixel % width)) * 3;
    mirrored.set(data.subarray(from, from + 3), pixel * 3);
  }
  return { width, height, data: mirrored };
}

/** Grey to the left and above. */
export function pad({ width, height, data }: RgbPixels, left: number, top: number): RgbPixels {
  const padded = new Uint8Array((width + left) * (height + top) * 3).fill(90);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    padded.set(row, ((y + top) * (width + left) + left) * 3);
  }
  return { width: width + left, height: height + top, data: padded };
}
