import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Outcome } from "../../src/engine/run-state.ts";
import { artifact, failed, foundFaces, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

/** Faces, each painted by itself, and something after it. */
const eachFace = (fields = "", outputs = "output: ${steps.after.image}") =>
  prepareExample(`
maskloom: 1
name: each-face
inputs: { image: { type: image }, least: { type: number, default: 0 }, prompts: { type: text, default: "" } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d, combine: perDetection }
  - id: each
    task: imageInference
    forEach: \${steps.faces.detections}
    as: face
    model: i
    seedImage: \${inputs.image}
    maskImage: \${face.maskImage}
${fields
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
  - { id: after, task: imageInference, model: i, seedImage: "\${steps.each.image}" }
${outputs}
`);

const statuses = (run: PlayedRun, step = "each") =>
  run.state.tasks.filter((task) => task.step === step).map(({ element, status }) => [element, status]);

function begun(fields = "", faces = 3): PlayedRun {
  const run = new PlayedRun(eachFace(fields));
  run.finish("faces", foundFaces(faces));
  return run;
}

const gatheredFrom = (run: PlayedRun) => run.task("each").input;
const part = (place: number) => ({
  image: artifact(`face ${place}`),
  maskImage: artifact(`mask ${place} of faces`),
});

/** The same outcome, and how often its detections have been looked at since. */
function counted(outcome: Outcome) {
  let looks = 0;
  if (outcome.kind !== "succeeded") throw new Error("expected faces");
  const { detections, ...output } = z.looseObject({ detections: z.unknown() }).parse(outcome.output);
  Object.defineProperty(output, "detections", {
    enumerable: true,
    get() {
      looks += 1;
      return detections;
    },
  });
  return { outcome: { ...outcome, output }, looks: () => looks };
}

describe("a list of many", () => {
  it.each([10, 400])(
    "is decided from what was found a few times, not once for each of %i elements",
    (count) => {
      const { outcome, looks } = counted(foundFaces(count));
      const run = new PlayedRun(eachFace());
      run.finish("faces", outcome);
      for (let place = 1; place <= count; place++) run.finish("each", painted(`face ${place}`), place);
      expect(run.task("each").status).toBe("queued");
      expect(gatheredFrom(run)).toMatchObject({ elements: { length: count } });
      expect(looks()).toBeLessThan(10);
    },
  );

  it("is looked at again where somebody retries one of its elements, or one ends the run", () => {
    const run = begun("onError: fail", 3);
    run.finish("each", painted("face 1"), 1);
    run.finish("each", failed(), 2);
    expect(statuses(run)).toEqual([
      [null, "cancelled"],
      [1, "succeeded"],
      [2, "failed"],
      [3, "cancelled"],
    ]);
    expect(run.end?.status).toBe("failed");
  });
});

describe("a step for each detection", () => {
  it("becomes a task for each once the list is known, each with its own mask and the next seed", () => {
    const run = new PlayedRun(eachFace());
    expect(statuses(run)).toEqual([[null, "waiting"]]);
    run.finish("faces", foundFaces(3));
    expect(statuses(run)).toEqual([
      [null, "waiting"],
      [1, "queued"],
      [2, "queued"],
      [3, "queued"],
    ]);
    const elements = [1, 2, 3].map((place) => run.task("each", place));
    expect(new Set(elements.map((task) => task.taskUUID)).size).toBe(3);
    expect(elements.map((task) => task.taskType)).toEqual(Array(3).fill("imageInference"));
    expect(elements.map((task) => task.input)).toMatchObject(
      [1, 2, 3].map((place) => ({ seedImage: PICTURE, maskImage: artifact(`mask ${place} of faces`) })),
    );
    const [first] = elements.map((task) => task.seed ?? 0);
    expect(elements.map((task) => task.seed)).toEqual([first, (first ?? 0) + 1, (first ?? 0) + 2]);
  });

  it("gathers what was made in the order of the list, whatever was finished first", () => {
    const run = begun();
    for (const place of [3, 1, 2]) run.finish("each", painted(`face ${place}`), place);
    expect(run.task("each")).toMatchObject({ taskType: "gather", status: "queued" });
    expect(gatheredFrom(run)).toEqual({ seedImage: PICTURE, elements: [part(1), part(2), part(3)] });
    run.finish("each", painted("all faces"));
    expect(run.task("after").input).toMatchObject({ seedImage: artifact("all faces") });
    run.finish("after", painted("the end"));
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("the end") });
  });

  it("leaves out what failed after its retries, and the run is partial", () => {
    const run = begun("retries: { attempts: 2 }");
    run.finish("each", painted("face 1"), 1);
    run.finish("each", failed("PROVIDER_FAILED", true), 2);
    expect(run.task("each", 2)).toMatchObject({ status: "queued", failures: 1 });
    run.finish("each", failed("PROVIDER_FAILED", true), 2);
    run.finish("each", painted("face 3"), 3);
    expect(gatheredFrom(run)).toMatchObject({ elements: [part(1), part(3)] });
    run.finish("each", painted("all faces"));
    run.finish("after", painted("the end"));
    expect(run.end?.status).toBe("partial");
    expect(run.warnings).toEqual(["went on without each[2] after PROVIDER_FAILED: no"]);
  });

  it("hands on the picture where every element failed, and the run is partial", () => {
    const run = begun("", 2);
    for (const place of [1, 2]) run.finish("each", failed(), place);
    expect(run.task("each")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
    run.finish("after", painted("the end"));
    expect(run.end?.status).toBe("partial");
  });

  it("is not partial where it says onError: skip, and tells what was left out", () => {
    const run = begun("onError: skip", 2);
    run.finish("each", failed(), 1);
    run.finish("each", painted("face 2"), 2);
    run.finish("each", painted("all faces"));
    run.finish("after", painted("the end"));
    expect(run.end?.status).toBe("succeeded");
    expect(run.warnings).toEqual(["skipped: after PROVIDER_FAILED: no"]);
  });

  it("ends the run where it says onError: fail, and begins no further element", () => {
    const run = begun("onError: fail");
    const { taskUUID } = run.task("each", 1);
    const attempt = run.lease(taskUUID);
    run.finish("each", failed(), 2);
    expect(statuses(run)).toEqual([
      [null, "cancelled"],
      [1, "running"],
      [2, "failed"],
      [3, "cancelled"],
    ]);
    expect(run.end).toBeNull();
    run.settle(taskUUID, attempt ?? 0, painted("face 1"));
    expect(run.end?.status).toBe("failed");
  });

  it("is skipped with its picture where the list is empty or its step was skipped", () => {
    const run = begun("", 0);
    expect(run.task("each")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
    expect(run.task("after")).toMatchObject({ status: "queued", input: { seedImage: PICTURE } });
    expect(run.warnings[0]).toMatch(/steps\.faces\.detections.* is empty/);
  });

  it("tells what it came to as one step: seconds and regions of all elements together", () => {
    const outputs = "outputs: { image: '${steps.each.image}', seams: '${steps.each.quality.regions}' }";
    const run = new PlayedRun(eachFace("", outputs));
    run.finish("faces", foundFaces(2));
    run.finish("each", painted("face 2", 2), 2);
    run.finish("each", painted("face 1", 1), 1);
    run.finish("each", painted("all faces", 0));
    run.finish("after", painted("the end"));
    const regions = run.end?.outputs?.["seams"];
    expect(regions).toMatchObject([{ seam: 1 }, { seam: 2 }]);
  });

  it("takes the list anew for elements that somebody lets wait again", () => {
    const run = begun("", 2);
    run.finish("each", painted("face 1"), 1);
    run.finish("each", failed(), 2);
    const { seed } = run.task("each", 2);
    const tasks = run.state.tasks.map((task) =>
      task.step === "faces" || task.element === 1 ? task : { ...task, status: "waiting" as const },
    );
    run.state = { ...run.state, tasks };
    run.advance();
    expect(statuses(run)).toEqual([
      [null, "waiting"],
      [1, "succeeded"],
      [2, "queued"],
    ]);
    expect(run.task("each", 2).seed).toBe(seed);
    run.finish("each", painted("face 2"), 2);
    expect(gatheredFrom(run)).toMatchObject({ elements: [part(1), part(2)] });
  });

  it("takes up elements that are there already, as a run has them that was made of another", () => {
    const run = begun();
    run.finish("each", painted("face 1"), 1);
    const tasks = run.state.tasks.filter(({ element }) => element === null || element === 1);
    run.state = { ...run.state, tasks };
    run.advance();
    expect(statuses(run)).toEqual([
      [null, "waiting"],
      [1, "succeeded"],
      [2, "queued"],
      [3, "queued"],
    ]);
  });

  it("may be for each item of a list that is written down", () => {
    const list = '[{ how: 0.2 }, { how: "${0.1 * 3}" }, 0.4]';
    const run = new PlayedRun(eachOf(list, "strength: ${item.how ?? item}"), { mask: MASK });
    const elements = [1, 2, 3].map((place) => run.task("each", place));
    expect(elements.map((task) => task.status)).toEqual(["queued", "queued", "queued"]);
    expect(elements.map((task) => task.input)).toMatchObject([
      { strength: 0.2 },
      { strength: expect.closeTo(0.3) },
      { strength: 0.4 },
    ]);
  });

  it("fails with the field and what it received where a picture's value is no list", () => {
    const run = new PlayedRun(eachOf("${inputs.mode}"), { mask: MASK, mode: "a" });
    expect(run.end).toMatchObject({ status: "failed" });
    expect(run.end?.error?.message).toMatch(/steps\.each\.forEach: expected a list .*received text "a"/);
  });
});

const MASK = { uuid: artifact("a mask") };

/** A list that is known from the start. */
const eachOf = (list: string, fields = "") =>
  prepareExample(`
maskloom: 1
name: each-of
inputs: { image: { type: image }, mask: { type: mask }, mode: { type: choice, choices: [a, b] } }
steps:
  - id: each
    task: imageInference
    forEach: ${list}
    as: item
    model: i
    seedImage: \${inputs.image}
    maskImage: \${inputs.mask}
    ${fields}
output: \${steps.each.image}
`);
