import { afterAll, expect, it } from "vitest";
import { packagedSourcesOf, sourcesOf } from "../../models/networks.ts";
import { detectorManifests } from "../../models/registry.ts";
import { shapesOf } from "../../models/shapes.ts";
import { ShapeName } from "../../src/contracts/tasks.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { tryModel } from "../../src/detection/weights/try-model.ts";
import { detectionShape } from "../../src/image/detection-shape.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { errorOf } from "../onnx/run-model.ts";

const pool = createInferencePool({ threads: 1 });
afterAll(() => pool.close());

/** Those that need nothing but npm, less the one of hands: the photo that comes with Maskloom shows none. */
const packaged = detectorManifests.filter(
  (manifest) =>
    manifest.detects !== "hand" && packagedSourcesOf(manifest).length === sourcesOf(manifest).length,
);

it.each(packaged)("$id gives every shape that its manifest says, and no other", async (manifest) => {
  const { detections } = await tryModel(manifest, packagedModels, pool);
  const [find] = detections;
  if (find === undefined) throw new Error("expected a find in the photo that comes with Maskloom");
  for (const shape of ShapeName.options) {
    const given = shapesOf(manifest).includes(shape);
    if (given) expect(detectionShape(find, shape)).toBeDefined();
    else expect(await errorOf(() => detectionShape(find, shape))).toMatchObject({ code: "INPUT_INVALID" });
  }
});
