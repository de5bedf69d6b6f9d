import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createDetector } from "../src/detection/detector.ts";
import type { Finder } from "../src/detection/finder.ts";
import type { RgbPixels } from "../src/detection/sampling/letterbox.ts";
import { createYoloPipeline } from "../src/detection/yolo/yolo-pipeline.ts";
import { decodeImage } from "../src/image/codec.ts";
import { detectionShape, type Found } from "../src/image/detection-shape.ts";
import { INSIDE, rasterizeShape, type Shape } from "../src/image/mask-shape.ts";
import type { Size } from "../src/image/raster.ts";
import { toRgb } from "../src/image/samples.ts";
import { createInferencePool, type InferencePool } from "../src/onnx/inference-pool.ts";
import { median, ms, printTable, type Row } from "./table.ts";

/** Photos with the outlines of the people in them, as COCO gives them: the "large" ones count. */
const FOLDER = new URL("../../shared/bench/person_masks/", import.meta.url);
const WEIGHTS = new URL("../../shared/weights/yolov8/yolov8n-seg_person_deq640.onnx", import.meta.url);
const LARGE = 96 * 96;
const OVERLAP = 0.5;
const GOAL = { recall: 0.8, overlap: 0.84 };

const Annotations = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      iscrowd: z.number(),
      area: z.number(),
      segmentation: z.union([z.array(z.array(z.number())), z.unknown()]),
    }),
  ),
});

export interface PersonFigures {
  readonly people: number;
  /** Share of the people that some find covers with an intersection over union of more than 0.5. */
  readonly recall: number;
  /** Mean intersection over union of those. */
  readonly overlap: number;
  readonly milliseconds: readonly number[];
}

export const hasPersonMasks = existsSync(FOLDER) && existsSync(WEIGHTS);

/** How well masks agree with the outlines that people drew. */
export async function measurePersonMasks(
  find: (picture: RgbPixels) => Promise<readonly Found[]>,
): Promise<PersonFigures> {
  const { images, annotations } = Annotations.parse(
    JSON.parse(readFileSync(new URL("annotations.json", FOLDER), "utf8")),
  );
  const overlaps: number[] = [];
  const milliseconds: number[] = [];
  let people = 0;
  for (const { id, file_name: file } of images) {
    const picture = toRgb((await decodeImage(readFileSync(new URL(`images/${file}`, FOLDER)))).image);
    const wanted = annotations
      .filter((one) => one.image_id === id && one.iscrowd === 0 && one.area > LARGE)
      .map((one) => paint({ kind: "parts", parts: polygonsOf(one.segmentation) }, picture));
    const start = performance.now();
    const finds = await find(picture);
    milliseconds.push(performance.now() - start);
    people += wanted.length;
    overlaps.push(...matches(wanted, finds, picture));
  }
  const overlap = overlaps.reduce((sum, one) => sum + one, 0) / overlaps.length;
  return { people, recall: overlaps.length / people, overlap, milliseconds };
}

/** The seg model that is there for tests: the layout of person_yolov8n-seg. */
export function createTestSegmenter(pool: InferencePool): Promise<Finder> {
  const bytes = readFileSync(fileURLToPath(WEIGHTS));
  return createYoloPipeline(
    { id: "yolov8n-seg of the test weights", detects: "person" },
    { kind: "yolo", source: { added: "yolov8n-seg.onnx", sha256: "5e".repeat(32), bytes: bytes.length } },
    { pool, readWeights: async () => bytes },
  );
}

/** Finds in falling order of score take the person that they overlap most, if nobody has taken it. */
function matches(wanted: readonly Uint8Array[], finds: readonly Found[], size: Size): number[] {
  const free = new Set(wanted);
  const overlaps: number[] = [];
  for (const find of finds) {
    const mask = paint(detectionShape(find, "segmentation"), size);
    const ranked = [...free].map((person) => ({ person, overlap: overlapOf(person, mask) }));
    const best = ranked.sort((a, b) => b.overlap - a.overlap)[0];
    if (best === undefined || best.overlap <= OVERLAP) continue;
    free.delete(best.person);
    overlaps.push(best.overlap);
  }
  return overlaps;
}

function polygonsOf(segmentation: unknown): Shape[] {
  const polygons = z.array(z.array(z.number())).parse(segmentation);
  return polygons.map((flat) => ({
    kind: "polygon",
    points: Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] ?? 0, flat[2 * at + 1] ?? 0]),
  }));
}

function paint(shape: Shape, { width, height }: Size): Uint8Array {
  const levels = new Uint8Array(width * height);
  rasterizeShape(shape, { x0: 0, y0: 0, x1: width, y1: height }, levels);
  return levels;
}

function overlapOf(a: Uint8Array, b: Uint8Array): number {
  let common = 0;
  let union = 0;
  for (let at = 0; at < a.length; at++) {
    const [inA, inB] = [a[at] === INSIDE, b[at] === INSIDE];
    if (inA && inB) common += 1;
    if (inA || inB) union += 1;
  }
  return union === 0 ? 0 : common / union;
}

/** Every model that segments people, at the default confidence. */
export async function benchPersonMasks(): Promise<void> {
  if (!hasPersonMasks) {
    process.stdout.write("\nperson-masks: ../shared is not here\n");
    return;
  }
  const pool = createInferencePool({ threads: 1 });
  const rows: Row[] = [];
  const segmenter = await createTestSegmenter(pool);
  const options = { confidence: segmenter.threshold, signal: undefined };
  rows.push(
    rowOf(
      "yolov8n-seg (test weights)",
      await measurePersonMasks(async (picture) => (await segmenter.find(picture, options)).detections),
      true,
    ),
  );
  for (const id of ["mediapipe_person", "mediapipe_selfie"]) {
    const detector = await createDetector(id, pool).catch(() => undefined);
    if (detector === undefined) continue;
    rows.push(
      rowOf(id, await measurePersonMasks(async (picture) => (await detector.detect(picture)).detections)),
    );
  }
  printTable("People above 96 × 96 px in COCO photos, masks against drawn outlines", rows);
  await pool.close();
}

function rowOf(what: string, { people, recall, overlap, milliseconds }: PersonFigures, isHeld = false): Row {
  const figures = {
    what: `${what}, ${people} people, median ${ms(median(milliseconds))}`,
    ours: `recall ${recall.toFixed(3)}, mean IoU ${overlap.toFixed(3)}`,
  };
  if (!isHeld) return { ...figures, against: "stated" };
  const verdict = recall >= GOAL.recall && overlap >= GOAL.overlap;
  return { ...figures, against: `recall >= ${GOAL.recall}, mean IoU >= ${GOAL.overlap}`, verdict };
}
