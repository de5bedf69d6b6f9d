import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Point } from "../../../src/contracts/detection.ts";
import { createDetector, type Detector } from "../../../src/detection/detector.ts";
import { maskDetections } from "../../../src/detection/masks/mask-detections.ts";
import type { RgbPixels } from "../../../src/detection/sampling/letterbox.ts";
import { decodeImage } from "../../../src/image/codec.ts";
import { convexHull } from "../../../src/image/convex-hull.ts";
import type { Found } from "../../../src/image/detection-shape.ts";
import { toRgb } from "../../../src/image/samples.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import { errorOf } from "../../onnx/run-model.ts";

type Mesh = [number, number, number][];
type Reference = Record<string, { mesh468: Mesh[]; mesh478: Mesh[] }>;

const readReference = (url: URL): Reference => JSON.parse(readFileSync(url, "utf8"));
const EXAMPLES = new URL("../../../examples/photos/", import.meta.url);
const PHOTOS = new URL("../../../../shared/photos/", import.meta.url);
const OFFICIAL = new URL("../../../../shared/refs/face_mesh_cpu.json", import.meta.url);
/** The two bundled photos' part of it. */
const bundled = readReference(new URL("../../fixtures/face-mesh-reference.json", import.meta.url));
const official = existsSync(OFFICIAL) ? readReference(OFFICIAL) : {};

const MESHES = { mesh468: "mediapipe_face_mesh", mesh478: "mediapipe_face_mesh_attention" } as const;
const FEATURES = [
  "mediapipe_face_mesh_eyes_only",
  "eyes_lips_mesh",
  "nose_eyes_mesh",
  "nose_lips_mesh",
  "nose_mesh_mediapipe",
  "lips_mesh_mediapipe",
  "eyes_mesh_mediapipe",
] as const;
const kinds = ["mesh468", "mesh478"] as const;
const photos = ["astronaut.jpg", "grace_hopper.jpg"] as const;

let pool: InferencePool;
const detectors = new Map<string, Detector>();
beforeAll(async () => {
  pool = createInferencePool({ threads: 1 });
  for (const id of [...Object.values(MESHES), ...FEATURES]) detectors.set(id, await createDetector(id, pool));
});
afterAll(() => pool.close());

function detectorOf(id: string): Detector {
  const detector = detectors.get(id);
  if (detector === undefined) throw new Error(`no detector ${id}`);
  return detector;
}

async function readPixels(url: URL): Promise<RgbPixels> {
  return toRgb((await decodeImage(readFileSync(url))).image);
}

async function findIn(id: string, picture: RgbPixels, confidence?: number): Promise<readonly Found[]> {
  return (await detectorOf(id).detect(picture, { tiling: "off", confidence })).detections;
}

/** The only face of a bundled photo. */
async function faceIn(id: string, name: string): Promise<Found> {
  const [face, ...others] = await findIn(id, await readPixels(new URL(name, EXAMPLES)));
  expect(others).toEqual([]);
  if (face === undefined) throw new Error(`no face in ${name}`);
  return face;
}

/** The references are rounded to two decimals: half a unit of the last, and a little. */
function expectSame(found: readonly Found[], expected: readonly Mesh[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, mesh] of expected.entries()) {
    const landmarks = found[index]?.landmarks ?? [];
    expect(landmarks).toHaveLength(mesh.length);
    const values = landmarks.flat();
    const far = mesh.flat().map((value, at) => Math.abs((values[at] ?? Number.NaN) - value));
    expect(Math.max(...far)).toBeLessThan(0.01);
  }
}

describe.each(kinds)("the %s", (kind) => {
  it.each(photos)("finds in %s the points that the original finds, within 0.01 px", async (name) => {
    const picture = await readPixels(new URL(name, EXAMPLES));
    expectSame(await findIn(MESHES[kind], picture), bundled[name]?.[kind] ?? []);
  });

  it.each(photos)("lies right in the face of %s", async (name) => {
    const { landmarks = [] } = await faceIn(MESHES[kind], name);
    // Down the middle of the face: forehead, between the brows, bridge, tip, below the nose, lips, chin.
    const middle = [10, 9, 168, 4, 2, 0, 13, 17, 152].map((point) => landmarks[point]?.[1] ?? Number.NaN);
    expect(middle).toEqual([...middle].sort((a, b) => a - b));
    // On each side: brow, upper lid, lower lid, wing of the nose, corner of the mouth.
    for (const side of [
      [105, 159, 145, 48, 61],
      [334, 386, 374, 278, 291],
    ]) {
      const down = side.map((point) => landmarks[point]?.[1] ?? Number.NaN);
      expect(down).toEqual([...down].sort((a, b) => a - b));
    }
    // From the right cheek to the left one: corners of the right eye, bridge, corners of the left eye.
    const across = [234, 33, 133, 168, 362, 263, 454].map((point) => landmarks[point]?.[0] ?? Number.NaN);
    expect(across).toEqual([...across].sort((a, b) => a - b));
    // The tip of the nose is nearer than the ears.
    expect(landmarks[4]?.[2]).toBeLessThan((landmarks[234]?.[2] ?? 0) - 20);
  });

  it("finds the mirrored face in the mirrored picture", async () => {
    const name = "astronaut.jpg";
    const picture = await readPixels(new URL(name, EXAMPLES));
    const face = await faceIn(MESHES[kind], name);
    const [mirrored] = await findIn(MESHES[kind], mirror(picture));
    const width = face.box[2] - face.box[0];
    const flipped = (mirrored?.landmarks ?? []).map(([x, y]): Point => [picture.width - x, y]);
    expect(flipped).toHaveLength(face.landmarks?.length ?? -1);
    // A point's number changes with its side, so each is compared with the nearest one.
    for (const [x, y] of face.landmarks ?? []) {
      const nearest = Math.min(...flipped.map(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y)));
      expect(nearest).toBeLessThan(0.08 * width);
    }
    for (const [right, left] of [
      [0, 1],
      [1, 0],
      [2, 2],
      [3, 3],
    ] as const) {
      const [x = 0, y = 0] = mirrored?.keypoints?.[right] ?? [];
      const [atX = 0, atY = 0] = face.keypoints?.[left] ?? [];
      expect(Math.hypot(picture.width - x - atX, y - atY)).toBeLessThan(0.04 * width);
    }
    expect((mirrored?.roll ?? 0) + (face.roll ?? 0)).toBeCloseTo(0, -0.7);
  });

  it("moves with the padding around the picture, and grows with the picture", async () => {
    const file = readFileSync(new URL("astronaut.jpg", EXAMPLES));
    const face = await faceIn(MESHES[kind], "astronaut.jpg");
    const width = face.box[2] - face.box[0];
    const padded = sharp(file).extend({ left: 61, top: 20, right: 0, bottom: 7, background: "#5a5a5a" });
    const doubled = sharp(file).resize({ width: 1024 });
    for (const [changed, place] of [
      [padded, ([x, y]: readonly number[]) => [(x ?? 0) - 61, (y ?? 0) - 20]],
      [doubled, ([x, y]: readonly number[]) => [(x ?? 0) / 2, (y ?? 0) / 2]],
    ] as const) {
      const [found] = await findIn(
        MESHES[kind],
        toRgb((await decodeImage(await changed.png().toBuffer())).image),
      );
      const points = found?.landmarks?.map(place) ?? [];
      expect(points).toHaveLength(face.landmarks?.length ?? -1);
      const far = points.map(([x = 0, y = 0], at) => {
        const [wasX, wasY] = face.landmarks?.[at] ?? [Number.NaN, Number.NaN];
        return Math.hypot(x - wasX, y - wasY);
      });
      expect(mean(far)).toBeLessThan(0.02 * width);
      expect(Math.max(...far)).toBeLessThan(0.06 * width);
    }
  });

  it("turns with the picture, clockwise as seen", async () => {
    const { roll = 0 } = await faceIn(MESHES[kind], "grace_hopper.jpg");
    const file = readFileSync(new URL("grace_hopper.jpg", EXAMPLES));
    for (const angle of [-35, -15, 20, 40]) {
      const turned = await sharp(file).rotate(angle, { background: "#808080" }).png().toBuffer();
      const [face] = await findIn(MESHES[kind], toRgb((await decodeImage(turned)).image));
      expect(Math.abs((face?.roll ?? Number.NaN) - roll - angle)).toBeLessThan(4);
    }
  });

  it("has a box that is exactly around its points, and a score that is both stages'", async () => {
    const face = await faceIn(MESHES[kind], "astronaut.jpg");
    const xs = face.landmarks?.map(([x]) => x) ?? [];
    const ys = face.landmarks?.map(([, y]) => y) ?? [];
    expect(face.box).toEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
    expect(face.label).toBe("face");
    expect(face.stages?.detector).toBeCloseTo(0.9195, 4);
    expect(face.score).toBe((face.stages?.detector ?? 0) * (face.stages?.presence ?? 0));
  });

  it("finds nothing in an even picture of any size", async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 300],
      [640, 7],
    ] as const) {
      const data = new Uint8Array(width * height * 3).fill(128);
      expect(await findIn(MESHES[kind], { width, height, data })).toEqual([]);
    }
  });
});

describe("the irises of the mesh with attention", () => {
  it.each(photos)("lie in the eyes of %s, round their centres", async (name) => {
    const { landmarks = [], keypoints = [] } = await faceIn(MESHES.mesh478, name);
    for (const [eye, centre] of [468, 473].entries()) {
      const [x, y, z] = landmarks[centre] ?? [0, 0, 0];
      const edge = landmarks.slice(centre + 1, centre + 5);
      const radii = edge.map(([atX, atY]) => Math.hypot(atX - x, atY - y));
      expect(Math.max(...radii)).toBeLessThan(1.5 * Math.min(...radii));
      const [eyeX = 0, eyeY = 0] = keypoints[eye] ?? [];
      expect(Math.hypot(eyeX - x, eyeY - y)).toBeLessThan(Math.max(...radii));
      expect(edge.every((point) => point[2] === z)).toBe(true);
    }
  });
});

it("finds the same in many pictures at once, in any order, on any number of threads", async () => {
  const pictures = await Promise.all(photos.map((name) => readPixels(new URL(name, EXAMPLES))));
  const threads = createInferencePool({ threads: 2 });
  try {
    const detector = await createDetector(MESHES.mesh468, threads);
    const found = await Promise.all([...pictures, ...pictures].reverse().map((one) => detector.detect(one)));
    const alone = [];
    for (const picture of [...pictures, ...pictures].reverse()) {
      alone.push(await findIn(MESHES.mesh468, picture));
    }
    expect(found.map(({ detections }) => detections)).toEqual(alone);
  } finally {
    await threads.close();
  }
});

describe("confidence", () => {
  it("adds faces when it falls, and changes none", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const found = [];
    for (const confidence of [0.95, 0.5, 0.25, 0.01, 0]) {
      found.push(await findIn(MESHES.mesh468, picture, confidence));
    }
    expect(found.map((faces) => faces.length).slice(0, 4)).toEqual([0, 1, 1, 1]);
    expect(found[4]?.length).toBeGreaterThan(1);
    for (const faces of found.slice(2)) expect(faces[0]).toEqual(found[1]?.[0]);
    const scores = found[4]?.map(({ score }) => score ?? 0) ?? [];
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it("is the original's own thresholds where none is named", () => {
    expect(detectorOf(MESHES.mesh468).manifest.pipeline).toMatchObject({
      detector: { decoder: { threshold: 0.5 } },
      presence: 0.5,
    });
  });

  it("stops when cancelled", async () => {
    const picture = await readPixels(new URL("astronaut.jpg", EXAMPLES));
    const detected = detectorOf(MESHES.mesh468).detect(picture, { signal: AbortSignal.abort() });
    expect(await errorOf(() => detected)).toMatchObject({ code: "CANCELLED" });
  });
});

const PLAIN = { maskPadding: 0, maskBlur: 0, invert: false } as const;

async function maskOf(id: string, name: string, shape?: "hull" | "segmentation"): Promise<Uint8Array> {
  const picture = await readPixels(new URL(name, EXAMPLES));
  const { manifest } = detectorOf(id);
  const options = shape === undefined ? PLAIN : { ...PLAIN, shape };
  return maskDetections(picture, await findIn(id, picture), manifest, options).mask.data;
}

const isSet = (mask: Uint8Array): boolean[] => [...mask].map((level) => level > 0);
const union = (...masks: Uint8Array[]): Uint8Array =>
  Uint8Array.from(masks[0] ?? [], (_, at) => Math.max(...masks.map((mask) => mask[at] ?? 0)));
const area = (mask: Uint8Array): number => mask.reduce((sum, level) => sum + (level > 0 ? 1 : 0), 0);

describe.each(photos)("the masks of %s", (name) => {
  it("of several features are the masks of each, together", async () => {
    const [eyes, lips, nose] = [
      await maskOf("eyes_mesh_mediapipe", name),
      await maskOf("lips_mesh_mediapipe", name),
      await maskOf("nose_mesh_mediapipe", name),
    ];
    expect(isSet(await maskOf("mediapipe_face_mesh_eyes_only", name))).toEqual(isSet(eyes));
    expect(isSet(await maskOf("eyes_lips_mesh", name))).toEqual(isSet(union(eyes, lips)));
    expect(isSet(await maskOf("nose_eyes_mesh", name))).toEqual(isSet(union(nose, eyes)));
    expect(isSet(await maskOf("nose_lips_mesh", name))).toEqual(isSet(union(nose, lips)));
    // They meet nowhere, and all lie in the face.
    const face = await maskOf(MESHES.mesh468, name);
    expect(area(union(eyes, lips, nose))).toBe(area(eyes) + area(lips) + area(nose));
    expect(isSet(union(face, eyes, lips, nose))).toEqual(isSet(face));
    for (const [feature, least, most] of [
      [eyes, 0.005, 0.04],
      [lips, 0.015, 0.08],
      [nose, 0.03, 0.12],
    ] as const) {
      expect(area(feature) / area(face)).toBeGreaterThan(least);
      expect(area(feature) / area(face)).toBeLessThan(most);
    }
  });

  it("leave what lies between the eyes", async () => {
    const { landmarks = [], polygons = [] } = await faceIn("eyes_mesh_mediapipe", name);
    const mask = await maskOf("eyes_mesh_mediapipe", name);
    const { width } = await readPixels(new URL(name, EXAMPLES));
    const at = ([x, y]: readonly number[]) => mask[Math.floor(y ?? 0) * width + Math.floor(x ?? 0)];
    const between = [133, 362].map((point) => landmarks[point] ?? [0, 0, 0]);
    const middle = [0, 1].map((axis) => ((between[0]?.[axis] ?? 0) + (between[1]?.[axis] ?? 0)) / 2);
    expect(at(middle)).toBe(0);
    expect(polygons).toHaveLength(2);
    for (const outline of polygons) {
      expect(at([0, 1].map((axis) => mean(outline.map((point) => point[axis] ?? 0))))).toBe(255);
    }
  });

  it("follow the outline where a segmentation is asked for", async () => {
    const hull = await maskOf("lips_mesh_mediapipe", name);
    const outline = await maskOf("lips_mesh_mediapipe", name, "segmentation");
    expect(isSet(union(hull, outline))).toEqual(isSet(hull));
    expect(area(outline)).toBeLessThan(area(hull));
    expect(area(outline)).toBeGreaterThan(0.85 * area(hull));
  });

  it.each(FEATURES)("have in %s a box exactly around the features", async (id) => {
    const { box, polygon, polygons, landmarks } = await faceIn(id, name);
    const corners = convexHull((polygons ?? [polygon ?? []]).flat());
    expect(box[0]).toBeCloseTo(Math.min(...corners.map(([x]) => x)), 9);
    expect(box[1]).toBeCloseTo(Math.min(...corners.map(([, y]) => y)), 9);
    expect(box[2]).toBeCloseTo(Math.max(...corners.map(([x]) => x)), 9);
    expect(box[3]).toBeCloseTo(Math.max(...corners.map(([, y]) => y)), 9);
    expect(landmarks).toHaveLength(468);
  });
});

describe.skipIf(mayBeMissing && !existsSync(OFFICIAL))(
  "against the official solution, on every photo of ../shared",
  () => {
    it.each(kinds.flatMap((kind) => Object.keys(official).map((name) => [kind, name] as const)))(
      "the %s finds the same in %s, within 0.01 px",
      async (kind, name) => {
        const found = await findIn(MESHES[kind], await readPixels(new URL(name, PHOTOS)));
        expectSame(found, official[name]?.[kind] ?? []);
      },
    );

    it("finds all 29 faces of the group photo where it may look into tiles", async () => {
      const picture = await readPixels(new URL("solvay1927.jpg", PHOTOS));
      const { detections } = await detectorOf(MESHES.mesh468).detect(picture, { tiling: "auto" });
      expect(detections).toHaveLength(29);
    });
  },
);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function mirror({ width, height, data }: RgbPixels): RgbPixels {
  const mirrored = Uint8Array.from({ length: data.length }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return data[(y * width + width - 1 - x) * 3 + (index % 3)] ?? 0;
  });
  return { width, height, data: mirrored };
}
