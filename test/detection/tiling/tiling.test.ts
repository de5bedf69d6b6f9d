import { existsSync, readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../../src/contracts/detection.ts";
import { createDetector, type Detector } from "../../../src/detection/detector.ts";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { intersectionOverUnion } from "../../../src/detection/ssd/weighted-suppression.ts";
import { decodeImage } from "../../../src/image/codec.ts";
import { toRgb } from "../../../src/image/samples.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import { errorOf } from "../../onnx/run-model.ts";

const EXAMPLES = new URL("../../../examples/photos/", import.meta.url);
const PHOTOS = new URL("../../../../shared/photos/", import.meta.url);

let pool: InferencePool;
let full: Detector;
beforeAll(async () => {
  pool = createInferencePool({ threads: 2 });
  full = await createDetector("mediapipe_face_full", pool);
});
afterAll(() => pool.close());

async function readPixels(url: URL): Promise<RgbPixels> {
  return toRgb((await decodeImage(readFileSync(url))).image);
}

const PLACES = [
  [60, 50],
  [1300, 700],
  [2250, 1300],
] as const;

/** A wall of 2400 by 1500 pixels with three pictures of 200 pixels on it, whose faces are some 40 pixels wide. */
async function wallOfPictures(): Promise<RgbPixels> {
  const small = await sharp(readFileSync(new URL("astronaut.jpg", EXAMPLES)))
    .resize(200)
    .toBuffer();
  const { data, info } = await sharp({
    create: { width: 2400, height: 1500, channels: 3, background: "#7a7468" },
  })
    .composite(PLACES.map(([left, top]) => ({ input: small, left, top })))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

describe("tiling", () => {
  it("finds faces that the whole picture does not show, each once and where it is", async () => {
    const wall = await wallOfPictures();
    expect((await full.detect(wall, { confidence: 0.5, tiling: "off" })).detections).toEqual([]);
    const { detections } = await full.detect(wall, { confidence: 0.5 });
    expect(detections).toHaveLength(PLACES.length);
    const found = detections.map(({ box }) => box).sort(([a], [b]) => a - b);
    for (const [at, [left, top]] of PLACES.entries()) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = found[at] ?? [];
      /* The face in the full photo: x 173 to 276, y 66 to 170 of 512. */
      expect(Math.abs((x0 + x1) / 2 - left - (225 * 200) / 512)).toBeLessThan(8);
      expect(Math.abs((y0 + y1) / 2 - top - (118 * 200) / 512)).toBeLessThan(8);
    }
  });

  it("answers alike however many threads there are", async () => {
    const wall = await wallOfPictures();
    const single = createInferencePool({ threads: 1 });
    try {
      const alone = await createDetector("mediapipe_face_full", single);
      const { detections } = await alone.detect(wall);
      expect(detections).toEqual((await full.detect(wall)).detections);
    } finally {
      await single.close();
    }
  });

  it("shows nothing below the detector's own threshold that only tiles see", async () => {
    const wall = await wallOfPictures();
    const inWhole = (await full.detect(wall, { confidence: 0.01, tiling: "off" })).detections;
    const scores = inWhole.map(({ score }) => score);
    const { detections } = await full.detect(wall, { confidence: 0.01 });
    const inTiles = detections.filter(({ score }) => !scores.includes(score));
    expect(inTiles.length).toBeGreaterThan(0);
    for (const { score } of inTiles) expect(score).toBeGreaterThan(0.6);
  });

  it("can be cancelled in the middle", async () => {
    const wall = await wallOfPictures();
    const controller = new AbortController();
    const finding = full.detect(wall, { signal: controller.signal });
    setImmediate(() => controller.abort(new Error("enough")));
    expect(await errorOf(() => finding)).toMatchObject({ code: "CANCELLED" });
    expect((await full.detect(wall, { confidence: 0.5 })).detections).toHaveLength(PLACES.length);
  });

  it("leaves pictures of up to 1280 pixels as they are", async () => {
    const picture = await readPixels(new URL("grace_hopper.jpg", EXAMPLES));
    const { detections } = await full.detect(picture, { tiling: "off" });
    expect((await full.detect(picture, { tiling: "auto" })).detections).toEqual(detections);
  });
});

describe.skipIf(mayBeMissing && !existsSync(PHOTOS))("tiling on the photos of ../shared", () => {
  it.each(["mediapipe_face_full", "mediapipe_face_short"])(
    "%s finds the 29 faces of the Solvay Conference and nothing else; without tiles it finds none",
    async (model) => {
      const detector = await createDetector(model, pool);
      const picture = await readPixels(new URL("solvay1927.jpg", PHOTOS));
      const confidence = 0.5;
      expect((await detector.detect(picture, { confidence, tiling: "off" })).detections).toEqual([]);
      const { detections } = await detector.detect(picture, { confidence });
      expect(detections).toHaveLength(29);
      for (const { box } of detections) {
        // Three rows of heads in the upper two fifths, none wider than 80 pixels.
        expect(box[3]).toBeLessThan(370);
        expect(box[2] - box[0]).toBeLessThan(80);
      }
    },
  );

  it("finds the same 29 with the API's default confidence", async () => {
    const picture = await readPixels(new URL("solvay1927.jpg", PHOTOS));
    expect((await full.detect(picture)).detections).toHaveLength(29);
  });

  const others = existsSync(PHOTOS)
    ? readdirSync(PHOTOS).filter((name) => name.endsWith(".jpg") && name !== "solvay1927.jpg")
    : [];
  it.each(others)("adds no false face to %s when that is enlarged to 2048 pixels", async (name) => {
    const { data, info } = await sharp(readFileSync(new URL(name, PHOTOS)))
      .resize(2048, 2048, { fit: "inside" })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const picture = { width: info.width, height: info.height, data };
    const original = await readPixels(new URL(name, PHOTOS));
    const times = info.width / original.width;
    const { detections: known } = await full.detect(original, { confidence: 0.6, tiling: "off" });
    const faces = [
      ...known.map(({ box }) => box.map((value) => value * times) as Box),
      ...(REALLY_MORE[name] ?? []),
    ];
    const { detections } = await full.detect(picture, { confidence: 0.5 });
    const strangers = detections.filter(
      ({ box }) => !faces.some((face) => intersectionOverUnion(face, box) > 0.3),
    );
    expect(strangers.map(({ box }) => box.map(Math.round))).toEqual([]);
  });
});

/** Real faces that only the enlarged photo shows, in its pixels: of people who look down or aside, of one behind a mask, and of pictures within the picture. */
const REALLY_MORE: Readonly<Record<string, readonly Box[]>> = {
  "four_people_table_coco790.jpg": [
    [760, 314, 853, 406],
    [1195, 401, 1313, 519],
    // A head from behind, with its ear and cheek: no face to see, but nothing else than a head either.
    [283, 405, 395, 517],
  ],
  "masked_face_sunglasses.jpg": [[651, 729, 977, 1056]],
  "nested_faces_coco256353.jpg": [
    [951, 926, 1017, 991],
    [988, 1033, 1021, 1066],
  ],
};
