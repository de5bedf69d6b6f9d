import { describe, expect, it } from "vitest";
import {
  DEFAULTS,
  RANGES,
  readPlaygroundSearch,
  toDetectFields,
  toFieldsElsewhere,
} from "../../../../dashboard/src/pages/playground/playground-search.ts";
import { StartDetect } from "../../../../src/contracts/detect.ts";

const IMAGE = "4a9a6d89-706b-4749-b517-40c8d597632b";

describe("the playground's address", () => {
  it("says what is set, without what stands at its default", () => {
    const search = {
      image: IMAGE,
      model: "runware:35@1",
      confidence: 0.4,
      padding: 4,
      shape: "hull",
      tiling: "off",
    };
    expect(readPlaygroundSearch(search)).toEqual({
      image: IMAGE,
      model: "runware:35@1",
      confidence: 0.4,
      shape: "hull",
      tiling: "off",
    });
  });

  it("says nothing that the page could not set", () => {
    const search = {
      image: "../../etc",
      model: "<b>",
      provider: "no such name",
      beside: 3,
      confidence: 2,
      padding: "8",
      blur: -1,
      margin: Number.NaN,
      shape: "star",
      tiling: "auto",
      more: true,
    };
    expect(readPlaygroundSearch(search)).toEqual({});
  });

  it("asks only what the server's contract takes, at both ends of every slider", () => {
    for (const end of ["min", "max"] as const) {
      const search = {
        confidence: RANGES.confidence[end],
        padding: RANGES.padding[end],
        blur: RANGES.blur[end],
      };
      const fields = toDetectFields({ ...search, shape: "ellipse" }, "a", ["box", "ellipse"]);
      expect(StartDetect.parse({ image: IMAGE, ...fields })).toMatchObject(fields);
      expect(fields).toMatchObject({ confidence: search.confidence, maskPadding: search.padding });
    }
  });

  it("has the contract's own defaults", () => {
    const { confidence, maskPadding, maskBlur, tiling } = StartDetect.parse({ image: IMAGE, model: "a" });
    expect({ confidence, padding: maskPadding, blur: maskBlur, tiling }).toEqual({
      ...DEFAULTS,
      margin: undefined,
    });
  });

  it("does not ask a model for a shape that its finds do not have", () => {
    expect(toDetectFields({ shape: "hull" }, "a", ["box"])).not.toHaveProperty("shape");
  });

  it("asks a provider for what comes from there: no shape that it cannot give", () => {
    const search = readPlaygroundSearch({ provider: "farm", shape: "hull", confidence: 0.4 });
    const fields = toFieldsElsewhere(search, "mediapipe_face_mesh", "farm");
    expect(fields).toMatchObject({ provider: "farm", confidence: 0.4 });
    expect(fields.shape).toBeUndefined();
    expect(StartDetect.safeParse({ ...fields, image: IMAGE }).success).toBe(true);
    expect(toFieldsElsewhere({ ...search, shape: "ellipse" }, "x", "farm").shape).toBe("ellipse");
  });
});
