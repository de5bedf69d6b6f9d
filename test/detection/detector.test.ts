import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDetector, type Detector } from "../../src/detection/detector.ts";
import type { RgbPixels } from "../../src/detection/sampling/letterbox.ts";
import { decodeImage } from "../../src/image/codec.ts";
import { toRgb } from "../../src/image/samples.ts";
import { createInferencePool, type InferencePool } from "../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { errorOf } from "../onnx/run-model.ts";

type Found = { score: number; box: number[]; keypoints: number[][] };
type Reference = Record<string, Record<"short" | "full", Found[]>>;

const readReference = (url: URL): Reference => JSON.parse(readFileSync(url, "utf8"));
const EXAMPLES = new URL("../../examples/photos/", import.meta.url);
const PHOTOS = new URL("../../../shared/photos/", import.meta.url);
const OFFICIAL = new URL("../../../shared/refs/face_detection_cpu.json", import.meta.url);
/** The two bundled photos' part of it. */
const bundled = readReference(new URL("../fixtures/face-detection-reference.json", import.meta.url));
const official = existsSync(OFFICIAL) ? readReference(OFFICIAL) : {};
const kinds = ["short", "full"] as const;
/** The originals' own, at which the references were made. */
const THRESHOLDS = { short: 0.5, full: 0.6 } as const;

let pool: InferencePool;
let detectors: Record<(typeof kinds)[number], Detector>;
beforeAll(async () => {
  pool = createInferencePool({ threads: 1 });
  detectors = {
    short: await createDetector("mediapipe_face_short", pool),
    full: await createDetector("mediapipe_face_full", pool),
  };
});
afterAll(() => pool.close());

async function readPixels(url: URL): Promise<RgbPixels> {
  return toRgb((await decodeImage(readFileSync(url))).image);
}

/** The references are rounded to two decimals (scores to four): half a unit of the last, and a little. */
async function expectSame(
  kind: (typeof kinds)[number],
  picture: RgbPixels,
  expected: readonly Found[],
): Promise<void> {
  const options = { confidence: THRESHOLDS[kind], tiling: "off" } as const;
  const { detections } = await detectors[kind].detect(picture, options);
  expect(detections).toHaveLength(expected.length);
  for (const [index, reference] of expected.entries()) {
    const detection = detections[index];
    expect(detection?.label).toBe("face");
    expect(Math.abs((detection?.score ?? 0) - reference.score)).toBeLessThan(1e-4);
    const found = [...(detection?.box ?? []), ...(detection?.keypoints?.flat() ?? [])];
    const wanted = [...reference.box, ...reference.keypoints.flat()];
    expect(found).toHaveLength(wanted.length);
    for (const [place, value] of wanted.entries()) {
      expect(Math.abs((found[place] ?? 0) - value)).toBeLessThan(0.01);
    }
  }
}

describe.each(kinds)("the %s detector", (kind) => {
  it.each(Object.keys(bundled))("finds in %s what the original finds, within 0.01 px", async (name) => {
    await expectSame(kind, await readPixels(new URL(name, EXAMPLES)), bundled[name]?.[kind] ?? []);
  });

  it("finds the mirrored face in the mirrored picture", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const options = { confidence: THRESHOLDS[kind] };
    const [face] = (await detectors[kind].detect(picture, options)).detections;
    const [mirrored] = (await detectors[kind].detect(mirror(picture), options)).detections;
    expect(overlapOf(face?.box ?? [], flip(mirrored?.box ?? [], picture.width))).toBeGreaterThan(0.9);
  });

  it("says how a face is turned, clockwise as seen", async () => {
    const [face] = (await detectors[kind].detect(await readPixels(new URL("astronaut.jpg", EXAMPLES))))
      .detections;
    const [right = [0, 0], left = [0, 0]] = face?.keypoints ?? [];
    expect(Math.tan(((face?.roll ?? Number.NaN) * Math.PI) / 180)).toBeCloseTo(
      (left[1] - right[1]) / (left[0] - right[0]),
      9,
    );
  });

  it("moves the box with the padding around the picture", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const options = { confidence: THRESHOLDS[kind] };
    const [face] = (await detectors[kind].detect(picture, options)).detections;
    const [moved] = (await detectors[kind].detect(pad(picture, 60, 20), options)).detections;
    const back = (moved?.box ?? []).map((value, place) => value - (place % 2 === 0 ? 60 : 20));
    expect(overlapOf(face?.box ?? [], back)).toBeGreaterThan(0.85);
  });

  it("finds nothing in an even picture of any size", async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 300],
      [640, 7],
    ] as const) {
      const data = new Uint8Array(width * height * 3).fill(128);
      expect((await detectors[kind].detect({ width, height, data })).detections).toEqual([]);
    }
  });

  it("finds fewer with more confidence, down to none", async () => {
    const picture = await readPixels(new URL("grace_hopper.jpg", EXAMPLES));
    const counts = [];
    for (const confidence of [0.05, 0.3, 0.6, 0.99]) {
      counts.push((await detectors[kind].detect(picture, { confidence })).detections.length);
    }
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.at(-1)).toBe(0);
    expect(counts[0]).toBeGreaterThan(0);
  });
});

describe.skipIf(mayBeMissing && !existsSync(OFFICIAL))(
  "against the official solution, on every photo of ../shared",
  () => {
    it.each(kinds.flatMap((kind) => Object.keys(official).map((name) => [kind, name] as const)))(
      "%s finds the same in %s, within 0.01 px",
      async (kind, name) => {
        await expectSame(kind, await readPixels(new URL(name, PHOTOS)), official[name]?.[kind] ?? []);
      },
    );
  },
);

describe("createDetector", () => {
  it("takes AIR, alias and slug in any case", async () => {
    for (const id of ["runware:35@6", "RUNWARE:35@6", "MediaPipe_Face_Full", "mediapipe-face-full"]) {
      expect((await createDetector(id, pool)).manifest.id).toBe("mediapipe_face_full");
    }
  });

  it("refuses pixels that are not RGB", async () => {
    const picture = { width: 4, height: 4, data: new Uint8Array(16) };
    expect(await errorOf(() => detectors.full.detect(picture))).toMatchObject({
      code: "INPUT_INVALID",
      message: "picture: expected 4×4×3 bytes of RGB, got 16 bytes",
    });
  });

  it("stops when cancelled", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const signal = AbortSignal.abort();
    expect(await errorOf(() => detectors.full.detect(picture, { signal }))).toMatchObject({
      code: "CANCELLED",
    });
  });

  it("answers many pictures at once as it answers one", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const [first, ...others] = await Promise.all(
      Array.from({ length: 6 }, () => detectors.full.detect(picture)),
    );
    for (const other of others) expect(other.detections).toEqual(first?.detections);
  });
});

function mirror({ width, height, data }: RgbPixels): RgbPixels {
  return remap(width, height, (x, y, channel) => data[(y * width + width - 1 - x) * 3 + channel]);
}

function pad({ width, height, data }: RgbPixels, left: number, top: number): RgbPixels {
  return remap(width + left, height + top, (x, y, channel) =>
    x < left || y < top ? 90 : data[((y - top) * width + x - left) * 3 + channel],
  );
}

function remap(
  width: number,
  height: number,
  at: (x: number, y: number, channel: number) => number | undefined,
): RgbPixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width), index % 3) ?? 0;
  });
  return { width, height, data };
}

function flip([x0 = 0, y0 = 0, x1 = 0, y1 = 0]: readonly number[], width: number): number[] {
  return [width - x1, y0, width - x0, y1];
}

/** Intersection over union. */
function overlapOf(a: readonly number[], b: readonly number[]): number {
  const [ax0 = 0, ay0 = 0, ax1 = 0, ay1 = 0] = a;
  const [bx0 = 0, by0 = 0, bx1 = 0, by1 = 0] = b;
  const common =
    Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0)) *
    Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0));
  return common / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - common);
}
