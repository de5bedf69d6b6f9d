import { afterAll, expect, it } from "vitest";
import { inpainterManifests } from "../../../models/registry.ts";
import { packagedModels } from "../../../src/detection/weights/model-library.ts";
import {
  createInpainter,
  createProviders,
  inpainterVersion,
} from "../../../src/inpainting/providers/registry.ts";
import { createInferencePool } from "../../../src/onnx/inference-pool.ts";
import { errorOf } from "../../onnx/run-model.ts";

const pool = createInferencePool();
const runtime = { pool, models: packagedModels };
afterAll(() => pool.close());

it("makes the inpainter of every manifest that npm brings", async () => {
  for (const manifest of inpainterManifests.filter(({ network }) => network === undefined)) {
    expect((await createInpainter(manifest.id, runtime)).manifest).toBe(manifest);
  }
});

it("says how weights that are not here are brought", async () => {
  expect(await errorOf(() => createInpainter("lama", runtime))).toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringMatching(/maskloom models pull local:lama/),
  });
});

it("runs each manifest on the instance that it names", () => {
  for (const instance of createProviders(runtime)) {
    for (const manifest of instance.manifests) expect(manifest.provider).toBe(instance.id);
  }
});

it("says which name was meant", async () => {
  expect(await errorOf(() => createInpainter("local:fil", runtime))).toMatchObject({
    code: "MODEL_UNKNOWN",
    message: expect.stringMatching(/Did you mean local:fill\?/),
  });
});

it("gives every inpainter a version of its own that follows its weights", () => {
  const versions = inpainterManifests.map(inpainterVersion);
  expect(new Set(versions).size).toBe(versions.length);
  const [manifest] = inpainterManifests.filter(({ sources }) => sources.length > 0);
  if (manifest === undefined) throw new Error("no inpainter has weights");
  const changed = {
    ...manifest,
    sources: manifest.sources.map((source) => ({ ...source, sha256: "0".repeat(64) })),
  };
  expect(inpainterVersion(changed)).not.toBe(inpainterVersion(manifest));
});
