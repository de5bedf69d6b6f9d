import { expect, it } from "vitest";
import { foundFaces, PlayedRun } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

/** ADetailer's dynamic denoise and the like: the larger a face, the less it may change. */
const EXAMPLE = `
maskloom: 1
name: dynamic-denoise
inputs: { image: { type: image }, most: { type: number, default: 0.55 } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d, combine: perDetection }
  - id: each
    task: imageInference
    forEach: \${steps.faces.detections}
    as: face
    model: i
    seedImage: \${inputs.image}
    maskImage: \${face.maskImage}
    maskMargin: 32
    strength: \${clamp(inputs.most - face.area * 2, 0.2, inputs.most)}
    guideSize: "\${face.box.height > 15 ? 768 : 512}"
    maxSize: 1024
    skipIfLarger: \${face.index == 3}
output: \${steps.each.image}
`;

it("strength, guideSize and skipIfLarger follow the size of each detection's own box", () => {
  const run = new PlayedRun(prepareExample(EXAMPLE), { most: 0.55 });
  // Boxes of 8 by 10, 20 and 30 pixels on a picture of 100 by 80: shares of 0.01, 0.02 and 0.03.
  run.finish("faces", foundFaces(3));
  expect([1, 2, 3].map((place) => run.task("each", place).input)).toMatchObject([
    { strength: expect.closeTo(0.53), guideSize: 512, maxSize: 1024, skipIfLarger: false },
    { strength: expect.closeTo(0.51), guideSize: 768, maxSize: 1024, skipIfLarger: false },
    { strength: expect.closeTo(0.49), guideSize: 768, maxSize: 1024, skipIfLarger: true },
  ]);
  const low = new PlayedRun(prepareExample(EXAMPLE), { most: 0.21 });
  low.finish("faces", foundFaces(3));
  expect(low.task("each", 3).input).toMatchObject({ strength: 0.2 });
});
