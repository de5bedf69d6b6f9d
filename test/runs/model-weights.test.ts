import { describe, expect, it } from "vitest";
import { mediapipeFaceFull } from "../../models/mediapipe-face-full.ts";
import { networksOf } from "../../models/networks.ts";
import { detectorModelKey } from "../../src/detection/model-key.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { weightsOf } from "../../src/runs/model-weights.ts";
import { reportModels } from "../../src/runs/report/report-models.ts";

const { id: model } = mediapipeFaceFull;
const modelDigest = detectorModelKey(mediapipeFaceFull);
const weights = networksOf(mediapipeFaceFull).map(({ source }) => source.sha256);

describe("the weights of a model that a batch was resolved to", () => {
  it("are the SHA-256 of its files, whatever its step falls back to", async () => {
    const shelf = await packagedModels.look();
    expect(weights.length).toBeGreaterThan(0);
    expect(weightsOf(shelf, { model, modelDigest })).toEqual(weights);
    expect(weightsOf(shelf, { model, modelDigest: `${modelDigest}+${"0".repeat(64)}` })).toEqual(weights);
  });

  it("are not told where it was replaced since, has none, or runs elsewhere", async () => {
    const shelf = await packagedModels.look();
    for (const other of [
      { model, modelDigest: "0".repeat(64) },
      { model: "runware:101@1", modelDigest },
      { model: null, modelDigest: "" },
    ])
      expect(weightsOf(shelf, other)).toEqual([]);
  });

  it("stand in the head of a report", async () => {
    const place = { step: "faces", provider: "local", model, modelDigest };
    const elsewhere = { step: "paint", provider: "farm", model: "runware:101@1", modelDigest: "farm" };
    expect(await reportModels(packagedModels, [place, elsewhere])).toEqual([
      { ...place, weights },
      elsewhere,
    ]);
  });
});
