import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSegmenter, hasPersonMasks, measurePersonMasks } from "../../../bench/person-masks.ts";
import { createDetector } from "../../../src/detection/detector.ts";
import type { Finder } from "../../../src/detection/finder.ts";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { intersectionOverUnion } from "../../../src/detection/ssd/weighted-suppression.ts";
import { createYoloPipeline } from "../../../src/detection/yolo/yolo-pipeline.ts";
import { decodeImage } from "../../../src/image/codec.ts";
import type { Found } from "../../../src/image/detection-shape.ts";
import { toRgb } from "../../../src/image/samples.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import { mirror, pad } from "./spot-picture.ts";
import { openYunet, type Yunet } from "./yunet.ts";

/* Real weights on real photos; nothing of them is part of the project. */

type Answers = Record<string, { score: number; box: number[] }[]>;

const SHARED = new URL("../../../../shared/", import.meta.url);
const WEIGHTS = new URL("weights/yolov8/", SHARED);
const YUNET = new URL("weights/face_detection_yunet_2023mar.onnx", SHARED);
const hasWeights = existsSync(WEIGHTS) && existsSync(YUNET);
const FACES = "yolov8n-face_deq640.onnx";
const PEOPLE = "yolov8n-seg_person_deq640.onnx";
/** Made by test/fixtures/make-yolo-reference.py. */
const reference: { answers: Record<string, Answers> } = JSON.parse(
  readFileSync(new URL("../../fixtures/yolo-reference.json", import.meta.url), "utf8"),
);
const photos = Object.keys(reference.answers[FACES] ?? {});

let pool: InferencePool;
beforeAll(() => {
  pool = createInferencePool({ threads: 1 });
});
afterAll(() => pool.close());

async function load(file: string): Promise<Finder> {
  const weights = readFileSync(new URL(file, WEIGHTS));
  const sha256 = createHash("sha256").update(weights).digest("hex");
  const source = { added: file, sha256, bytes: weights.length };
  const runtime = { pool, readWeights: async () => weights };
  return await createYoloPipeline({ id: file, detects: "thing" }, { kind: "yolo", source }, runtime);
}

async function readPhoto(name: string): Promise<RgbPixels> {
  return toRgb((await decodeImage(readFileSync(new URL(`photos/${name}`, SHARED)))).image);
}

async function find(finder: Finder, photo: string, confidence = 0.25): Promise<readonly Found[]> {
  return (await finder.find(await readPhoto(photo), { confidence, signal: undefined })).detections;
}

const width = ({ box }: { readonly box: readonly number[] }) => (box[2] ?? 0) - (box[0] ?? 0);

describe.skipIf(mayBeMissing && !hasWeights).each([FACES, PEOPLE])(
  "%s on the photos of ../shared",
  (file) => {
    let finder: Finder;
    beforeAll(async () => {
      finder = await load(file);
    });

    it.each(photos)("finds in %s what the ultralytics package finds, within 0.6 px", async (photo) => {
      const expected = reference.answers[file]?.[photo] ?? [];
      const finds = await find(finder, photo);
      expect(finds).toHaveLength(expected.length);
      for (const { box, score } of expected) {
        const distances = finds.map((found) => ({
          edges: Math.max(...found.box.map((edge, at) => Math.abs(edge - (box[at] ?? 0)))),
          score: Math.abs((found.score ?? 0) - score),
        }));
        const nearest = distances.sort((a, b) => a.edges - b.edges)[0];
        // The package rounds samples to bytes, and takes rows and columns for equally scaled.
        expect(nearest?.edges).toBeLessThan(0.6);
        expect(nearest?.score).toBeLessThan(0.004);
      }
    });

    it("finds in a mirrored and in a padded photo what it finds in the photo", async () => {
      const picture = await readPhoto("four_people_table_coco790.jpg");
      const look = async (changed: RgbPixels) =>
        (await finder.find(changed, { confidence: 0.5, signal: undefined })).detections;
      const [plain, mirrored, padded] = [
        await look(picture),
        await look(mirror(picture)),
        await look(pad(picture, 40, 30)),
      ];
      expect(mirrored).toHaveLength(plain.length);
      expect(padded).toHaveLength(plain.length);
      for (const { box } of plain) {
        const [x0, y0, x1, y1] = box;
        const best = (finds: readonly Found[], wanted: Found["box"]) =>
          Math.max(...finds.map((found) => intersectionOverUnion(found.box, wanted)));
        expect(best(mirrored, [picture.width - x1, y0, picture.width - x0, y1])).toBeGreaterThan(0.85);
        expect(best(padded, [x0 + 40, y0 + 30, x1 + 40, y1 + 30])).toBeGreaterThan(0.85);
      }
    });

    it("finds nothing where nobody is", async () => {
      expect(await find(finder, "negative_food_coco62554.jpg", 0.25)).toEqual([]);
    });
  },
);

describe.skipIf(mayBeMissing && !hasWeights)(
  "faces wider than 40 px in ../shared/photos, by YuNet and by us",
  () => {
    /** At 0.62 and 0.66 YuNet takes two hands for faces. */
    const SURE = 0.7;
    /** What each misses: a face behind a mask and sunglasses, which the original of the second misses too. */
    const MISSED: Readonly<Record<string, readonly string[]>> = {
      [FACES]: [],
      mediapipe_face_full: ["masked_face_sunglasses.jpg"],
    };
    let yunet: Yunet;
    beforeAll(async () => {
      yunet = await openYunet(readFileSync(YUNET));
    });
    afterAll(() => yunet.close());

    it.each(Object.keys(MISSED))("%s and YuNet agree on all", async (model) => {
      const detector = model === FACES ? undefined : await createDetector(model, pool);
      const finder = detector === undefined ? await load(FACES) : undefined;
      for (const photo of photos) {
        const picture = await readPhoto(photo);
        const options = { confidence: 0.5, signal: undefined };
        const ours =
          (await (finder?.find(picture, options) ?? detector?.detect(picture, options)))?.detections ?? [];
        const theirs = await yunet.find(picture, SURE);
        const isIn = (faces: readonly Pick<Found, "box">[]) => (face: Pick<Found, "box">) =>
          faces.some(({ box }) => intersectionOverUnion(box, face.box) > 0.5);
        const missed = theirs.filter((face) => width(face) > 40 && !isIn(ours)(face));
        const invented = ours.filter((face) => width(face) > 40 && !isIn(theirs)(face));
        expect({ photo, missed: missed.length, invented: invented.length }).toEqual({
          ...{ photo, missed: MISSED[model]?.includes(photo) ? 1 : 0, invented: 0 },
        });
      }
    });
  },
);

describe.skipIf(mayBeMissing && !hasWeights)(
  "an int8 export of 80 classes and 320 pixels, named unsupported",
  () => {
    it("runs all the same since onnxruntime 1.30, and names what is on the photo", async () => {
      const finds = await find(
        await load("unsupported_convinteger_int8.onnx"),
        "four_people_table_coco790.jpg",
        0.6,
      );
      const labels = finds.map(({ label }) => label);
      expect(labels.filter((label) => label === "person")).toHaveLength(4);
      expect(labels).toContain("dining table");
    });
  },
);

describe.skipIf(mayBeMissing && !hasPersonMasks)(
  "people above 96 × 96 px of ../shared/bench/person_masks",
  () => {
    it("are found and masked as people drew them: recall 0.80, mean overlap 0.84 at least", async () => {
      const finder = await createTestSegmenter(pool);
      const { people, recall, overlap } = await measurePersonMasks(
        async (picture) => (await finder.find(picture, { confidence: 0.25, signal: undefined })).detections,
      );
      expect(people).toBe(29);
      expect(recall).toBeGreaterThanOrEqual(0.8);
      expect(overlap).toBeGreaterThanOrEqual(0.84);
    }, 60_000);
  },
);
