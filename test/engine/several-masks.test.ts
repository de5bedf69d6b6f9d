import { describe, expect, it } from "vitest";
import { artifact, foundFaces, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

const both = (fields = "") =>
  prepareExample(`
maskloom: 1
name: faces-and-hands
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: f }
  - { id: hands, task: imageMasking, inputImage: "\${inputs.image}", model: h }
  - id: detail
    task: imageInference
    model: i
    seedImage: \${inputs.image}
    maskImage: ["\${steps.faces.maskImage}", "\${steps.hands.maskImage}"]
    ${fields}
output: \${steps.detail.image}
`);

function found(faces: number, hands: number, fields = ""): PlayedRun {
  const run = new PlayedRun(both(fields));
  run.finish("faces", foundFaces(faces));
  run.finish("hands", foundFaces(hands, "hands"));
  return run;
}

describe("a list of masks", () => {
  it("waits for all of them and gives them to one task", () => {
    const run = new PlayedRun(both());
    run.finish("faces", foundFaces(2));
    expect(run.task("detail").status).toBe("waiting");
    run.finish("hands", foundFaces(1, "hands"));
    expect(run.task("detail")).toMatchObject({
      status: "queued",
      input: { maskImage: [artifact("mask of faces"), artifact("mask of hands")] },
    });
  });

  it("leaves out the masks of steps that found nothing", () => {
    expect(found(0, 1).task("detail").input).toMatchObject({ maskImage: artifact("mask of hands") });
    expect(found(1, 0).task("detail").input).toMatchObject({ maskImage: artifact("mask of faces") });
  });

  it("skips the step, and repaints nothing, where none of them found anything", () => {
    const run = found(0, 0);
    expect(run.task("detail")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
    expect(run.warnings.join()).toContain("there is no maskImage");
  });

  it("turns the faces of each of them", () => {
    const { input } = found(1, 2, "align: landmarks").task("detail");
    expect(input).toMatchObject({ turns: [{ roll: 0 }, { roll: 0 }, { roll: 10 }] });
  });

  it("shows a person the union that was repainted, not its parts", () => {
    const run = new PlayedRun(
      prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: f }
  - { id: hands, task: imageMasking, inputImage: "\${inputs.image}", model: h }
  - id: detail
    task: imageInference
    model: i
    seedImage: \${inputs.image}
    maskImage: ["\${steps.faces.maskImage}", "\${steps.hands.maskImage}"]
  - { id: look, task: review, show: "\${steps.detail.image}" }
output: \${steps.look.image}
`),
    );
    run.finish("faces", foundFaces(1));
    run.finish("hands", foundFaces(1, "hands"));
    const result = painted("detail");
    if (result.kind !== "succeeded") expect.unreachable("painted succeeds");
    const union = artifact("their union");
    run.finish("detail", { ...result, output: { ...Object(result.output), maskImage: union } });
    expect(run.task("look").input).toMatchObject({ maskImage: union });
  });

  it("may confine a search, and say where a picture is laid", () => {
    const masks = '["${steps.faces.maskImage}", "${steps.hands.maskImage}"]';
    const run = new PlayedRun(
      prepareExample(`
maskloom: 1
name: confined
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: f }
  - { id: hands, task: imageMasking, inputImage: "\${inputs.image}", model: h }
  - { id: eyes, task: imageMasking, inputImage: "\${inputs.image}", model: e, within: ${masks} }
  - { id: laid, task: composite, base: "\${inputs.image}", over: "\${inputs.image}", mask: ${masks} }
output: \${steps.laid.image}
`),
    );
    run.finish("faces", foundFaces(1));
    expect(run.task("eyes").status).toBe("waiting");
    run.finish("hands", foundFaces(1, "hands"));
    const both = [artifact("mask of faces"), artifact("mask of hands")];
    expect(run.task("eyes")).toMatchObject({ status: "queued", input: { within: both } });
    expect(run.task("laid")).toMatchObject({ status: "queued", input: { mask: both } });
  });
});
