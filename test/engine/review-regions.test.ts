import { describe, expect, it } from "vitest";
import { ReviewParameters } from "../../src/contracts/review.ts";
import { artifact, foundFaces, made, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

const example = (detail: string) =>
  prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: d, inputImage: "\${inputs.image}", combine: perDetection }
  - { id: detail, task: imageInference, model: i, seedImage: "\${inputs.image}", ${detail} }
  - { id: look, task: review, show: "\${steps.detail.image}" }
output: "\${steps.look.image}"
`);
const WHOLE = example('maskImage: "${steps.faces.maskImage}"');
const EACH = example('forEach: "${steps.faces.detections}", as: face, maskImage: "${face.maskImage}"');
const shownBy = (run: PlayedRun) => ReviewParameters.parse(run.task("look").input);
const joined = (of: string) => made({ image: artifact(of), width: 100, height: 80 });

function askedAboutEach(): PlayedRun {
  const run = new PlayedRun(EACH);
  run.finish("faces", foundFaces(3));
  for (const element of [1, 2, 3]) run.finish("detail", painted(`face ${element}`, element), element);
  run.finish("detail", joined("joined"));
  return run;
}

describe("a review by region", () => {
  it("shows the regions of a list's elements with their numbers, the worst of which is its concern", () => {
    const { regions, concern } = shownBy(askedAboutEach());
    expect(regions.map(({ element, seam }) => [element, seam])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(concern).toBeCloseTo(3 / 1.3);
  });

  it("has some elements made again, leaves others out, and keeps the rest as they are", () => {
    const run = askedAboutEach();
    const part = { kind: "elements", again: new Set([2]), left: new Set([3]) } as const;
    run.review("look", { decision: "reroll", seed: 40, part });
    expect([1, 2, 3].map((element) => run.task("detail", element).status)).toEqual([
      "succeeded",
      "queued",
      "skipped",
    ]);
    expect(run.task("detail", 2).seed).toBe(41);
    run.finish("detail", painted("another face 2"), 2);
    expect(run.task("detail")).toMatchObject({
      status: "queued",
      input: { elements: [{ image: artifact("face 1") }, { image: artifact("another face 2") }] },
    });
    run.finish("detail", joined("joined again"));
    expect(shownBy(run).regions.map(({ element }) => element)).toEqual([1, 2]);
    run.review("look", { decision: "reroll", seed: 7 });
    expect(run.task("detail", 3).status).toBe("skipped");
  });

  it("begins with another picture and another mask where a part of one is made again", () => {
    const run = new PlayedRun(WHOLE);
    run.finish("faces", foundFaces(2));
    run.finish("detail", painted("first"));
    const part = { kind: "picture", seedImage: artifact("half"), maskImage: artifact("one face") } as const;
    run.review("look", { decision: "reroll", seed: 5, part });
    const given = { seedImage: artifact("half"), maskImage: artifact("one face"), seed: 5 };
    expect(run.task("detail").input).toMatchObject(given);
    run.finish("detail", painted("second"));
    expect(shownBy(run)).toMatchObject({ original: PICTURE, maskImage: artifact("one face") });
  });

  it("offers what was shown before and further results, and goes on with the one that is taken", () => {
    const run = new PlayedRun(WHOLE);
    run.finish("faces", foundFaces(1));
    const candidates = [artifact("first"), artifact("first, too")];
    const quality = { regions: [], pixelsChangedOutside: 0, pixelsChangedInside: 9 };
    run.finish("detail", made({ image: artifact("first"), width: 100, height: 80, candidates, quality }));
    expect(shownBy(run).candidates).toEqual([artifact("first, too")]);
    run.review("look", { decision: "reroll", seed: 5 });
    run.finish("detail", painted("second"));
    expect(shownBy(run).candidates).toEqual(candidates);
    run.review("look", { decision: "accept", image: artifact("first") });
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("first") });
  });
});
