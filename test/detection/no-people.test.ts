import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { packagedSourcesOf, sourcesOf } from "../../models/networks.ts";
import { detectorManifests } from "../../models/registry.ts";
import { detect } from "../../src/detection/detect.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";

const FOOD = new URL("../../../shared/photos/negative_food_coco62554.jpg", import.meta.url);
/** The lowest of the workflows that come with Maskloom: anonymize-faces. */
const CONFIDENCE = 0.4;

const packaged = detectorManifests.filter(
  (manifest) => packagedSourcesOf(manifest).length === sourcesOf(manifest).length,
);
const pool = createInferencePool({ threads: 1 });
afterAll(() => pool.close());

describe.skipIf(!existsSync(FOOD))("a bowl of food (../shared/photos)", () => {
  it.each(packaged.map(({ id }) => id))("shows %s nobody", async (model) => {
    const options = { model, pool, confidence: CONFIDENCE };
    expect((await detect(readFileSync(FOOD), options)).detections).toEqual([]);
  });
});
