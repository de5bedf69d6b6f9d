import { describe, expect, it } from "vitest";
import { esrganDetail } from "../../models/esrgan-detail.ts";
import { fill } from "../../models/fill.ts";
import {
  checkCapabilities,
  checkHardCapabilities,
  unsupportedParameters,
} from "../../src/inpainting/capabilities.ts";
import { errorOf } from "../onnx/run-model.ts";

const parameters = { positivePrompt: "a face", seed: 0, strength: 0.5, settings: {} };

describe("unsupportedParameters", () => {
  it("names what is given and not taken, a zero included", () => {
    expect(unsupportedParameters(fill, parameters)).toEqual(["positivePrompt", "strength", "seed"]);
    expect(unsupportedParameters(esrganDetail, parameters)).toEqual(["positivePrompt", "strength", "seed"]);
    expect(unsupportedParameters(fill, {})).toEqual([]);
  });
});

describe("checkCapabilities", () => {
  it("says in one warning what is ignored", () => {
    expect(checkCapabilities(esrganDetail, parameters, false)).toEqual([
      "model local:esrgan-detail takes no notice of positivePrompt, strength, seed",
    ]);
  });

  it("refuses them all at once under strict", async () => {
    expect(await errorOf(() => checkCapabilities(esrganDetail, parameters, true))).toMatchObject({
      code: "INPUT_INVALID",
      message:
        "model local:esrgan-detail does not take positivePrompt, strength, seed (strict: true); " +
        "of these fields it takes settings",
    });
    expect(checkCapabilities(esrganDetail, { settings: {} }, true)).toEqual([]);
  });
});

describe("checkHardCapabilities", () => {
  it("refuses a working size beyond the model's", async () => {
    const { maxSide } = fill.capabilities.hard;
    expect(() => checkHardCapabilities(fill, { guideSize: maxSide })).not.toThrow();
    expect(() => checkHardCapabilities(fill, {})).not.toThrow();
    const error = await errorOf(() => checkHardCapabilities(fill, { guideSize: maxSide + 1 }, "steps.hide."));
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^steps\.hide\.guideSize: expected at most/),
    });
  });
});
