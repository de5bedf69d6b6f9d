import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type BatchUUID, newTaskUUID, type RunUUID } from "../../src/contracts/ids.ts";
import { advanceRun } from "../../src/engine/advance.ts";
import { applyChanges } from "../../src/engine/apply-advance.ts";
import { planRun } from "../../src/engine/plan.ts";
import type { RunState, TaskState } from "../../src/engine/run-state.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { newRunState } from "../../src/store/runs.ts";
import { type PreparedExample, prepareExample, twoSteps } from "./two-steps.ts";

const image = randomUUID();
const maskImage = randomUUID();
const result = randomUUID();

function begin({ workflow, workflowDigest, resolved }: PreparedExample): RunState {
  const run = {
    runUUID: randomUUID() as string as RunUUID,
    batchUUID: randomUUID() as string as BatchUUID,
    owner: LOCAL_OWNER,
    workflowDigest,
    file: "a.png",
  };
  const inputs = { image: { uuid: image, meta: { width: 100, height: 80 } } };
  return newRunState(
    run,
    inputs,
    planRun(workflow, resolved, newTaskUUID, () => 0.5),
  );
}

const advance = ({ workflow, resolved }: PreparedExample, run: RunState) =>
  advanceRun(workflow, resolved, run, newTaskUUID);

/** The run after what the engine decided, with one task changed as a worker would. */
function follow(
  example: PreparedExample,
  run: RunState,
  step?: string,
  change?: Partial<TaskState>,
): RunState {
  const next = applyChanges(run, advance(example, run).tasks);
  const tasks = next.tasks.map((task) => (task.step === step ? { ...task, ...change } : task));
  return { ...next, tasks };
}

const masked = {
  status: "succeeded",
  output: { image, width: 100, height: 80, maskImage, detections: [], count: 1, fallbackUsed: false },
} as const;
const nothingFound = {
  status: "skipped",
  output: { image, width: 100, height: 80, maskImage: null, detections: [], count: 0, fallbackUsed: false },
} as const;
const inpainted = { status: "succeeded", output: { image: result } } as const;

const statuses = (run: RunState) => Object.fromEntries(run.tasks.map((task) => [task.step, task.status]));

describe("advanceRun", () => {
  it("takes a field whose value is null as one that is not given", () => {
    const example = twoSteps("", "negativePrompt: '${steps.faces.count > 0 ? null : 1}'\nstrength: 0.4");
    const run = follow(example, follow(example, begin(example), "faces", masked));
    const input = run.tasks.find(({ step }) => step === "detail")?.input;
    expect(input).toMatchObject({ strength: 0.4 });
    expect(input).not.toHaveProperty("negativePrompt");
  });

  it("takes what a selection has null as not given, such as an optional input that nobody sets", () => {
    const example = twoSteps("select: { sort: area, take: '${inputs.image.meta.seed ?? null}' }");
    const [task] = advance(example, begin(example)).tasks;
    expect(task).toMatchObject({ status: "queued", input: { select: { sort: "area" } } });
    expect(task).not.toHaveProperty("input.select.take");
  });

  it("writes defaults into what is executed, so that another default is another key of the cache", () => {
    const example = twoSteps("maskBlur: 2");
    const [task] = advance(example, begin(example)).tasks;
    expect(task).toMatchObject({ input: { confidence: 0.25, tiling: "auto", maskBlur: 2 } });
  });

  it("makes the first step ready with its references resolved and leaves the second waiting", () => {
    const example = twoSteps("confidence: 0.4");
    const { tasks, end } = advance(example, begin(example));
    expect(end).toBeNull();
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      status: "queued",
      input: { inputImage: image, model: "some-detector", confidence: 0.4, maskPadding: 4 },
    });
  });

  it("makes the second step ready once the first is done, with its mask and the run's seed", () => {
    const example = twoSteps();
    const run = follow(example, begin(example), "faces", masked);
    const [change] = advance(example, run).tasks;
    const seed = run.tasks[1]?.seed;
    expect(seed).toBeGreaterThan(0);
    expect(change).toMatchObject({ status: "queued", seed, input: { seedImage: image, maskImage, seed } });
  });

  it("prefers the seed that the step writes", () => {
    const example = twoSteps("", "seed: 7");
    const run = follow(example, begin(example), "faces", masked);
    expect(advance(example, run).tasks[0]).toMatchObject({ seed: 7, input: { seed: 7 } });
  });

  it("succeeds with the output that the workflow names", () => {
    const example = twoSteps();
    const run = follow(example, follow(example, begin(example), "faces", masked), "detail", inpainted);
    expect(advance(example, run).end).toEqual({
      status: "succeeded",
      output: result,
      outputs: null,
      error: null,
    });
  });

  it("skips what refers to the mask of a skipped step and ends the run as skipped with its input", () => {
    const example = twoSteps();
    const run = follow(example, begin(example), "faces", nothingFound);
    const { tasks, end } = advance(example, run);
    expect(tasks).toMatchObject([{ status: "skipped", output: { image } }]);
    expect(end).toMatchObject({ status: "skipped", output: image });
  });

  it("goes on after a skipped step with its input image", () => {
    const example = prepareExample(`
maskloom: 1
name: two-passes
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d }
  - { id: first, task: imageInference, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}", model: i }
  - { id: hands, task: imageMasking, inputImage: "\${steps.first.image}", model: d }
output: \${steps.first.image}
`);
    let run = follow(example, begin(example), "faces", nothingFound);
    run = follow(example, run);
    expect(statuses(run)).toEqual({ faces: "skipped", first: "skipped", hands: "queued" });
    expect(run.tasks[2]?.input).toMatchObject({ inputImage: image });
  });

  it("cancels what depends on a failed step and fails the run with its error", () => {
    const example = twoSteps();
    const error = { code: "MODEL_UNREADABLE", message: "broken" };
    const run = follow(example, begin(example), "faces", { status: "failed", error });
    const { tasks, end } = advance(example, run);
    expect(tasks).toMatchObject([{ status: "cancelled" }]);
    expect(end).toMatchObject({ status: "failed", error });
  });

  it("goes on after a failed step that says onError: continue, and ends as partial", () => {
    const example = twoSteps("", "onError: continue");
    const error = { code: "PROVIDER_FAILED", message: "no" };
    const run = follow(example, follow(example, begin(example), "faces", masked), "detail", {
      status: "failed",
      error,
    });
    expect(advance(example, run).end).toMatchObject({ status: "partial", output: image });
  });

  it("fails a task whose resolved parameters break the contract, naming the step", () => {
    const example = twoSteps("confidence: ${1 + 1}");
    const { tasks, end } = advance(example, begin(example));
    expect(tasks[0]).toMatchObject({ status: "failed", error: { code: "INPUT_INVALID" } });
    expect(end).toMatchObject({ status: "failed" });
    expect(end?.error?.message).toMatch(/steps\.faces[\s\S]*confidence/);
  });

  it("decides the same twice: what is not waiting is left alone", () => {
    const example = twoSteps();
    const run = follow(example, begin(example));
    expect(advance(example, run)).toEqual({ created: [], tasks: [], end: null });
  });

  it("gives named outputs as images and data, null for what a skipped step does not have", () => {
    const outputs =
      "outputs: { image: '${steps.detail.image}', mask: '${steps.faces.maskImage}', faces: '${steps.faces.count}' }";
    const example = twoSteps("", "", outputs);
    const done = follow(example, follow(example, begin(example), "faces", masked), "detail", inpainted);
    expect(advance(example, done).end?.outputs).toEqual({ image: result, mask: maskImage, faces: 1 });
    const empty = follow(example, begin(example), "faces", nothingFound);
    expect(advance(example, empty).end).toMatchObject({
      status: "skipped",
      output: image,
      outputs: { image, mask: null, faces: 0 },
    });
  });
});
