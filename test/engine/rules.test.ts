import { describe, expect, it } from "vitest";
import { foundFaces, PICTURE, PlayedRun } from "./played-run.ts";
import { type PreparedExample, prepareExample } from "./two-steps.ts";

const example = (detail: string, fanOut = false): PreparedExample =>
  prepareExample(`
maskloom: 1
name: ruled
inputs: { image: { type: image }, seed: { type: integer, default: 100 }, sure: { type: boolean, default: false } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d, combine: perDetection }
  - id: detail
    task: imageInference
    model: i
    seedImage: \${inputs.image}
    ${fanOut ? 'forEach: "${steps.faces.detections}"\n    as: face\n    maskImage: "${face.maskImage}"' : 'maskImage: "${steps.faces.maskImage}"'}
${detail
  .trim()
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
output: \${steps.detail.image}
`);

function masked(faces: number, detail: string, fanOut = false): PlayedRun {
  const run = new PlayedRun(example(detail, fanOut), { seed: 100, sure: false });
  run.finish("faces", foundFaces(faces));
  return run;
}

const inputs = (run: PlayedRun) =>
  run.state.tasks.filter((task) => task.element !== null).map((task) => task.input);

describe("a condition", () => {
  it("lets the step run where it holds", () => {
    expect(masked(2, "if: ${steps.faces.count <= 2}").task("detail").status).toBe("queued");
  });

  it("skips the step where it does not, with its picture and the condition in words", () => {
    const run = masked(3, "if: ${steps.faces.count <= 2}");
    expect(run.task("detail")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
    expect(run.warnings).toEqual(["skipped: its condition does not hold: if: ${steps.faces.count <= 2}"]);
    expect(run.end).toMatchObject({ status: "skipped", output: PICTURE });
  });

  it("does not hold where what it asks for is absent", () => {
    expect(masked(1, "if: ${steps.faces.detections[2].score > 0.1}").task("detail").status).toBe("skipped");
    expect(masked(1, "if: ${steps.faces.detections[2].index + 0}").task("detail").status).toBe("skipped");
  });

  it("fails the step where it is neither true nor false", () => {
    const run = masked(1, "if: ${steps.faces.count + 0}");
    expect(run.end?.error?.message).toMatch(/if: expected true or false, received 1/);
  });

  it("is asked once for all elements, or for each where it names one", () => {
    expect(masked(2, "if: ${inputs.sure}", true).state.tasks).toHaveLength(2);
    const run = masked(3, "if: ${face.index != 2}", true);
    expect([1, 2, 3].map((place) => run.task("detail", place).status)).toEqual([
      "queued",
      "skipped",
      "queued",
    ]);
  });
});

describe("rules", () => {
  it("override the step's fields by the first that holds; the others are not even read", () => {
    const rules = `
positivePrompt: a face
strength: 0.5
rules:
  - { when: "face.index == 1", positivePrompt: "the first of \${steps.faces.count}" }
  - { when: "face.index <= 2", strength: 0.25 }
  - { when: "face.index <= 3 and face.label", strength: 0.1 }`;
    const run = masked(2, rules, true);
    expect(inputs(run)).toMatchObject([
      { positivePrompt: "the first of 2", strength: 0.5 },
      { positivePrompt: "a face", strength: 0.25 },
    ]);
  });

  it("leave the step's own fields where none holds, and take a default rule where one stands last", () => {
    const when = '{ when: "face.area > 1", strength: 0.9 }';
    expect(inputs(masked(1, `strength: 0.5\nrules: [${when}]`, true))).toMatchObject([{ strength: 0.5 }]);
    expect(inputs(masked(1, `strength: 0.5\nrules: [${when}, { strength: 0.2 }]`, true))).toMatchObject([
      { strength: 0.2 },
    ]);
  });

  it("skip an element, and say which rule did", () => {
    const run = masked(2, 'rules: [{ when: "face.score != null and face.score < 0.85", skip: true }]', true);
    expect([1, 2].map((place) => run.task("detail", place).status)).toEqual(["queued", "skipped"]);
    expect(run.warnings).toEqual(["skipped: rules[0] (face.score != null and face.score < 0.85) says so"]);
  });

  it("work on a step without forEach, where they see inputs and steps", () => {
    const rules = 'rules: [{ when: "steps.faces.count > 1", strength: 0.1 }, { strength: 0.9 }]';
    expect(masked(1, rules).task("detail").input).toMatchObject({ strength: 0.9 });
    expect(masked(2, rules).task("detail").input).toMatchObject({ strength: 0.1 });
    const skipping = masked(2, 'rules: [{ when: "steps.faces.count > 1", skip: true }]');
    expect(skipping.task("detail")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
  });

  it("choose a model, which the task is then known by", () => {
    const run = masked(2, 'rules: [{ when: "face.index == 2", model: other }]', true);
    expect([1, 2].map((place) => run.task("detail", place).model)).toEqual(["i", "other"]);
    expect(inputs(run)).toMatchObject([{ model: "i" }, { model: "other" }]);
  });
});

describe("the seed of an element", () => {
  const seeds = (fields: string) => {
    const run = masked(3, fields, true);
    return [1, 2, 3].map((place) => run.task("detail", place).seed);
  };

  it("counts on from the one that the step writes", () => {
    expect(seeds("seed: 7")).toEqual([7, 8, 9]);
    expect(seeds("seed: ${inputs.seed}")).toEqual([100, 101, 102]);
  });

  it("is what a rule, or a formula of the element, says", () => {
    expect(seeds('seed: 7\nrules: [{ when: "face.index == 2", seed: 50 }]')).toEqual([7, 50, 9]);
    expect(seeds("seed: ${10 * face.index}")).toEqual([10, 20, 30]);
  });

  it("is moved by a rule's offset", () => {
    expect(seeds('seed: 7\nrules: [{ when: "face.index == 2", seedOffset: 1000 }]')).toEqual([7, 1008, 9]);
  });
});

describe("faces that are turned upright", () => {
  const turn = (place: number) => ({
    box: [(place - 1) * 10, 0, (place - 1) * 10 + 8, 10 * place],
    roll: (place - 1) * 10,
  });

  it("are those of the mask: all of a step's, or the element's own", () => {
    expect(masked(2, "align: landmarks").task("detail").input).toMatchObject({ turns: [turn(1), turn(2)] });
    expect(inputs(masked(2, "align: landmarks", true))).toMatchObject([
      { turns: [turn(1)] },
      { turns: [turn(2)] },
    ]);
  });

  it("are not told where nothing is turned", () => {
    expect(masked(2, "align: none").task("detail").input).not.toHaveProperty("turns");
  });
});
