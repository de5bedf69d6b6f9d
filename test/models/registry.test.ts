import { describe, expect, it } from "vitest";
import { packagedSourcesOf } from "../../models/networks.ts";
import {
  detectorManifests,
  findDetector,
  findInpainter,
  inpainterManifests,
  namesOf,
} from "../../models/registry.ts";
import { DetectorManifest, InpainterManifest } from "../../src/contracts/manifest.ts";
import { readWeightFile } from "../../src/onnx/weight-file.ts";
import { errorOf } from "../onnx/run-model.ts";

/** Weights that cannot be had here, and none of their kind; docs/models.md says why, instead of a number that nobody saw. */
const UNMEASURED = ["hand_yolov8n"];

describe("manifests", () => {
  it.each(detectorManifests)("$id fits the contract", (manifest) => {
    expect(DetectorManifest.parse(manifest)).toEqual(manifest);
  });

  it.each(detectorManifests)(
    "$id says what it is good for, which shapes it gives and who publishes it",
    (manifest) => {
      const { id, shape, shapes = [], comfortableSize, homepage } = manifest;
      expect(shapes).toContain(shape);
      expect(new Set(shapes).size).toBe(shapes.length);
      expect(homepage).toMatch(/^https:/);
      if (UNMEASURED.includes(id)) expect(comfortableSize).toBeUndefined();
      else expect(comfortableSize).toBeGreaterThan(0);
    },
  );

  it.each(inpainterManifests)("$id fits the contract", (manifest) => {
    expect(InpainterManifest.parse(manifest)).toEqual(manifest);
  });

  it("have names of their own", () => {
    const names = [...detectorManifests, ...inpainterManifests]
      .flatMap(namesOf)
      .map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it("name every detector of the Image Masking API once", () => {
    const airs = detectorManifests.flatMap((model) => model.air ?? []);
    expect(airs.sort()).toEqual(Array.from({ length: 15 }, (_, index) => `runware:35@${index + 1}`).sort());
  });

  const sources = [
    ...detectorManifests.flatMap(packagedSourcesOf),
    ...inpainterManifests.flatMap((manifest) => manifest.sources),
  ];
  it.each(sources.map((source) => [`${source.npm}/${source.file}`, source] as const))(
    "pin the bytes of %s",
    async (_, source) => {
      expect((await readWeightFile(source)).length).toBe(source.bytes);
    },
  );

  it("say plainly which local inpainters invent nothing, and cost nothing", () => {
    for (const { description, capabilities } of inpainterManifests) {
      expect(/invents nothing/.test(description)).toBe(!capabilities.generative);
      expect(capabilities.paid).toBe(false);
    }
  });
});

describe("findDetector", () => {
  const installed = detectorManifests.map(({ id }) => id).join(", ");

  it("suggests the nearest name and lists what is installed", async () => {
    expect(await errorOf(() => findDetector("mediapipe_face_ful"))).toMatchObject({
      code: "MODEL_UNKNOWN",
      message:
        'model "mediapipe_face_ful": no detector has this name. Did you mean mediapipe_face_full? ' +
        `Known are ${installed}`,
    });
  });

  it.each(["runware:35@1", "FACE_YOLOV8N", "yolov8n-face"])("finds %s, whose weights are pulled", (id) => {
    expect(findDetector(id).id).toBe("face_yolov8n");
  });
});

describe("findInpainter", () => {
  it("says of a detector that it is one", async () => {
    expect(await errorOf(() => findInpainter("FACE_yolov8n"))).toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(/this is a detector, which finds; expected an inpainter/),
    });
  });

  it("takes the id in any case", () => {
    expect(findInpainter("LOCAL:Fill").id).toBe("local:fill");
  });

  it("suggests the nearest name", async () => {
    expect(await errorOf(() => findInpainter("local:esrgan"))).toMatchObject({ code: "MODEL_UNKNOWN" });
    expect(await errorOf(() => findInpainter("local:fil"))).toMatchObject({
      message: expect.stringMatching(/Did you mean local:fill\?/),
    });
  });
});
