import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finder } from "../../../src/detection/finder.ts";
import { patchOverlap } from "../../../src/detection/masks/patch-overlap.ts";
import { createInferencePool, type InferencePool } from "../../../src/onnx/inference-pool.ts";
import { mayBeMissing } from "../../may-be-missing.ts";
import {
  createFinder,
  farthest,
  mirror,
  overlapWithMask,
  patchOf,
  readExample,
  readMask,
  readPhoto,
  readReference,
} from "../reference-pictures.ts";

interface Reference {
  /** x, y, z, visibility; null where the original sees nobody. */
  readonly landmarks: readonly (readonly [number, number, number, number])[] | null;
}
const official = readReference<Reference>("pose.json");
/** The two bundled photos' part of it. */
const bundled: Record<string, Reference> = JSON.parse(
  readFileSync(new URL("../../fixtures/pose-reference.json", import.meta.url), "utf8"),
);
const options = { confidence: 0.25, signal: undefined };

let pool: InferencePool;
let people: Finder;
beforeAll(async () => {
  pool = createInferencePool({ threads: 1 });
  people = await createFinder("person", pool);
});
afterAll(() => pool.close());

describe("mediapipe_person", () => {
  it.each(Object.entries(bundled))(
    "finds in %s the points that the original finds",
    async (name, reference) => {
      const { detections } = await people.find(await readExample(name), options);
      expect(detections).toHaveLength(1);
      expect(farthest(detections[0]?.landmarks ?? [], reference.landmarks ?? [])).toBeLessThan(0.1);
    },
  );

  it("gives a mask, the box and the outline around it, and what the score is the product of", async () => {
    const [person] = (await people.find(await readExample("astronaut.jpg"), options)).detections;
    if (person === undefined) throw new Error("nobody found");
    const { box } = patchOf(person);
    const [x0, y0, x1, y1] = person.box;
    expect([x0 >= box.x0, y0 >= box.y0, x1 <= box.x1, y1 <= box.y1]).toEqual([true, true, true, true]);
    const outline = person.polygon ?? [];
    expect(outline.length).toBeGreaterThan(20);
    expect(outline.every(([x, y]) => x >= x0 && x <= x1 && y >= y0 && y <= y1)).toBe(true);
    expect(person.score).toBe((person.stages?.detector ?? 0) * (person.stages?.presence ?? 0));
    expect(person.visibility).toHaveLength(33);
    expect(person.label).toBe("person");
  });

  it("finds the mirrored person in the mirrored picture", async () => {
    const picture = await readExample("astronaut.jpg");
    const [person] = (await people.find(picture, options)).detections;
    const [mirrored] = (await people.find(mirror(picture), options)).detections;
    if (person === undefined || mirrored === undefined) throw new Error("nobody found");
    const { box, data } = patchOf(mirrored);
    const width = box.x1 - box.x0;
    const back = {
      kind: "patch",
      box: { ...box, x0: picture.width - box.x1, x1: picture.width - box.x0 },
      data: Uint8Array.from(data, (_, at) => data[at - (at % width) + width - 1 - (at % width)] ?? 0),
    } as const;
    expect(patchOverlap(back, patchOf(person))).toBeGreaterThan(0.95);
  });

  it("stops when cancelled", async () => {
    const picture = await readExample("astronaut.jpg");
    await expect(people.find(picture, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "CANCELLED",
    });
  });
});

describe.skipIf(mayBeMissing && official === null)(
  "against the official solution, on every photo of ../shared",
  () => {
    it.each(Object.entries(official ?? {}))(
      "finds in %s whom the original finds: points within 0.1 px, masks with IoU 0.9995",
      async (name, { landmarks }) => {
        const { detections } = await people.find(await readPhoto(name), options);
        if (landmarks === null) {
          expect(detections).toEqual([]);
          return;
        }
        // The original gives one person a picture: its detector's best.
        const [best] = detections;
        if (best === undefined) throw new Error("nobody found");
        expect(farthest(best.landmarks ?? [], landmarks)).toBeLessThan(0.1);
        const visible =
          best.visibility?.map((share, at) => Math.abs(share - (landmarks[at]?.[3] ?? 0))) ?? [];
        expect(Math.max(...visible)).toBeLessThan(0.001);
        expect(overlapWithMask(patchOf(best), await readMask("pose_masks", name))).toBeGreaterThan(0.9995);
      },
    );

    it("finds more people than the original, each once", async () => {
      const { detections } = await people.find(await readPhoto("four_people_table_coco790.jpg"), options);
      expect(detections.length).toBeGreaterThan(1);
      for (const [at, person] of detections.entries()) {
        for (const other of detections.slice(0, at)) {
          expect(patchOverlap(patchOf(person), patchOf(other))).toBeLessThan(0.7);
        }
      }
    });
  },
);
