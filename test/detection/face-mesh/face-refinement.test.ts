import { describe, expect, it } from "vitest";
import { FaceRefinement } from "../../../src/contracts/manifest.ts";
import { FACE_REFINEMENTS, refineMesh } from "../../../src/detection/face-mesh/face-refinement.ts";

/** Every coordinate tells which one it is. */
const mesh = () => Float32Array.from({ length: 478 * 3 }, (_, at) => at);
const pairsOf = (name: FaceRefinement) =>
  Float32Array.from({ length: FACE_REFINEMENTS[name].points.length * 2 }, (_, at) => -1 - at);

describe("the points that a network with attention knows better", () => {
  it("are as many as its outputs have, each once, and all irises among them", () => {
    const sizes = { lips: 80, rightEye: 71, leftEye: 71, rightIris: 5, leftIris: 5 };
    const all = FaceRefinement.options.flatMap((name) => {
      expect(FACE_REFINEMENTS[name].points).toHaveLength(sizes[name]);
      return FACE_REFINEMENTS[name].points;
    });
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((point) => point >= 468).sort()).toEqual(
      Array.from({ length: 10 }, (_, at) => 468 + at),
    );
  });

  it("take x and y from it and keep their depth", () => {
    const refined = mesh();
    refineMesh(refined, "lips", pairsOf("lips"));
    // 146 is the second of the lips.
    expect([...refined.subarray(146 * 3, 146 * 3 + 3)]).toEqual([-3, -4, 146 * 3 + 2]);
    expect(refined.filter((value) => value < 0)).toHaveLength(160);
  });

  it("have the mean depth of the lids where they are an iris", () => {
    const refined = mesh();
    refineMesh(refined, "leftIris", pairsOf("leftIris"));
    const lids = [263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398];
    const depth = lids.reduce((sum, point) => sum + point * 3 + 2, 0) / lids.length;
    for (let point = 473; point < 478; point++) expect(refined[point * 3 + 2]).toBeCloseTo(depth, 3);
    expect(refined[468 * 3 + 2]).toBe(468 * 3 + 2);
  });
});
