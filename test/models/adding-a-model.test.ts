import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectorManifests, namesOf } from "../../models/registry.ts";
import type { Box } from "../../src/contracts/detection.ts";
import { DetectorManifest } from "../../src/contracts/manifest.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { tryModel } from "../../src/detection/weights/try-model.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";

const PAGE = new URL("../../docs/adding-a-model.md", import.meta.url);
const pool = createInferencePool({ threads: 1 });
let folder: string;
let example: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maskloom-page-"));
  example = /^```ts\n([\s\S]*?)^```/m.exec(await readFile(PAGE, "utf8"))?.[1] ?? "";
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

/** The manifest of the page, as whoever copies it would have it. */
async function manifestOfPage(): Promise<DetectorManifest> {
  const file = path.join(folder, "mediapipe-face-dense.ts");
  await writeFile(file, example);
  const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return DetectorManifest.parse(module["mediapipeFaceDense"]);
}

const sizeOf = ([x0, y0, x1, y1]: Box) => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
function overlap(one: Box, other: Box): number {
  const both = sizeOf([
    Math.max(one[0], other[0]),
    Math.max(one[1], other[1]),
    Math.min(one[2], other[2]),
    Math.min(one[3], other[3]),
  ]);
  return both / (sizeOf(one) + sizeOf(other) - both);
}

describe("the example of docs/adding-a-model.md", () => {
  it("has twenty lines, as the page says", () => {
    expect(example.trimEnd().split("\n").length).toBe(20);
  });

  it("is a manifest with names that no shipped model has", async () => {
    const names = detectorManifests.flatMap(namesOf);
    expect(namesOf(await manifestOfPage()).filter((name) => names.includes(name))).toEqual([]);
  });

  it("finds the face that its sparse twin finds", async () => {
    const twin = await packagedModels.findReady("mediapipe_face_full");
    const [dense, sparse] = await Promise.all(
      [await manifestOfPage(), twin].map(
        async (manifest) => (await tryModel(manifest, packagedModels, pool)).detections,
      ),
    );
    expect(dense).toHaveLength(1);
    const boxes = [dense, sparse].map((finds) => finds?.[0]?.box ?? ([0, 0, 0, 0] satisfies Box));
    expect(overlap(boxes[0] ?? [0, 0, 0, 0], boxes[1] ?? [0, 0, 0, 0])).toBeGreaterThan(0.8);
    expect(dense?.[0]).toMatchObject({ label: "face", score: expect.closeTo(0.9, 0.1) });
  });
});
