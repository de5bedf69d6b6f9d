import { describe, expect, it } from "vitest";
import { detectorManifests, inpainterManifests } from "../../../models/registry.ts";
import { ModelView } from "../../../src/contracts/api.ts";
import { brokenView, detectorView, inpainterView } from "../../../src/server/handlers/model-views.ts";

const manifestOf = (id: string) => {
  const manifest = detectorManifests.find((one) => one.id === id);
  if (manifest === undefined) throw new Error(`no model ${id}`);
  return manifest;
};

describe("how a model is shown", () => {
  it("is what the contract says, for every model of this version, with the digest of every file", () => {
    for (const manifest of detectorManifests) {
      const view = ModelView.parse(detectorView({ manifest, origin: "shipped", state: "ready", fact: null }));
      expect(view.files?.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(view.bytes);
      expect(view).not.toHaveProperty("problem");
    }
    for (const manifest of inpainterManifests) {
      ModelView.parse(inpainterView({ manifest, origin: "shipped", state: "ready", fact: null }));
    }
  });

  it("names the command that brings what is not here", () => {
    const manifest = manifestOf("face_yolov8n");
    const view = detectorView({ manifest, origin: "shipped", state: "absent", fact: "x.pt is not there" });
    expect(view).toMatchObject({
      state: "notPulled",
      origin: "pulled",
      problem: "its weights are not on this machine",
      mend: "maskloom models pull face_yolov8n",
    });
  });

  it("says what is wrong with a file of a package, which no command of ours mends", () => {
    const manifest = manifestOf("mediapipe_face_full");
    const view = detectorView({ manifest, origin: "shipped", state: "damaged", fact: "a has 3 bytes" });
    expect(view).toMatchObject({ origin: "packaged", problem: "a has 3 bytes; install Maskloom again" });
    expect(view).not.toHaveProperty("mend");
  });

  it("has a name and a way out for one of which nothing can be read", () => {
    const view = ModelView.parse(brokenView({ id: "mine", fact: "mine.json is no JSON" }));
    expect(view).toMatchObject({ state: "damaged", mend: "maskloom models remove mine" });
  });
});
