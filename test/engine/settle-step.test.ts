import { describe, expect, it } from "vitest";
import { type FallbackPlace, resolvedModel, resolvedStep } from "../../src/engine/resolved-workflow.ts";
import { artifact, failed, foundFaces, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample, twoSteps } from "./two-steps.ts";

const detailing = (fields: string) => {
  const run = new PlayedRun(twoSteps("", fields));
  run.finish("faces", foundFaces(1));
  return run;
};

describe("a step that failed for good", () => {
  it("ends the run with its error where nothing else is said", () => {
    const run = detailing("");
    run.finish("detail", failed());
    expect(run.end).toMatchObject({ status: "failed", error: { code: "PROVIDER_FAILED" } });
  });

  it("yields its picture under onError: continue, and the run is partial", () => {
    const run = detailing("onError: continue");
    run.finish("detail", failed());
    expect(run.task("detail")).toMatchObject({ status: "failed", error: { code: "PROVIDER_FAILED" } });
    expect(run.end).toMatchObject({ status: "partial", output: PICTURE });
    expect(run.warnings).toEqual(["went on without detail after PROVIDER_FAILED: no"]);
  });

  it("is a skipped one under onError: skip: it yields its picture, says why, and the run is not partial", () => {
    const run = detailing("onError: skip");
    run.finish("detail", failed());
    expect(run.task("detail")).toMatchObject({ status: "skipped", output: { image: PICTURE } });
    expect(run.warnings).toEqual(["skipped: after PROVIDER_FAILED: no"]);
    expect(run.end).toMatchObject({ status: "skipped", output: PICTURE });
  });

  it("yields its picture too where its own parameters cannot be worked out", () => {
    for (const [onError, status] of [
      ["continue", "partial"],
      ["skip", "skipped"],
    ]) {
      const run = detailing(`onError: ${onError}\nstrength: \${2 + 3}`);
      expect(run.end).toMatchObject({ status, output: PICTURE });
    }
  });
});

describe("a fallback", () => {
  const example = twoSteps("", "fallback: { model: plan-b }\nretries: { attempts: 2 }");
  const moved = () => {
    const run = new PlayedRun(example);
    run.finish("faces", foundFaces(1));
    run.finish("detail", failed("PROVIDER_FAILED", true));
    run.finish("detail", failed("PROVIDER_FAILED", true));
    return run;
  };

  it("gets the task once its tries are used up, with tries of its own and the same seed", () => {
    const before = new PlayedRun(example).task("detail").seed;
    const run = moved();
    const task = run.task("detail");
    expect(task).toMatchObject({ status: "queued", model: "plan-b", failures: 0, losses: 0, seed: before });
    expect(task.input).toMatchObject({ model: "plan-b", seedImage: PICTURE });
    run.finish("detail", failed("PROVIDER_FAILED", true));
    expect(run.task("detail").status).toBe("queued");
    run.finish("detail", painted("mended"));
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("mended") });
    expect(run.warnings).toEqual([
      "moved to the fallback plan-b (local), since it failed for good with some-inpainter (local)",
    ]);
  });

  it("is tried once: what fails there as well is a failure", () => {
    const run = moved();
    run.finish("detail", failed());
    expect(run.end).toMatchObject({ status: "failed", error: { code: "PROVIDER_FAILED" } });
    expect(run.warnings).toHaveLength(1);
  });

  it("gets a task that would wait too long as well, with the tries that it has left, and that is told", () => {
    const spilling = twoSteps(
      "",
      'fallback: { model: plan-b, when: "queueWait > 10m" }\nretries: { attempts: 2 }',
    );
    const run = new PlayedRun(spilling);
    expect(run.spill("faces")).toBe(false);
    run.finish("faces", foundFaces(1));
    run.finish("detail", failed("PROVIDER_FAILED", true));
    expect(run.spill("detail")).toBe(true);
    expect(run.task("detail")).toMatchObject({
      status: "queued",
      model: "plan-b",
      failures: 1,
      spilled: true,
    });
    expect(run.spill("detail")).toBe(false);
    run.finish("detail", painted("elsewhere"));
    expect(run.end).toMatchObject({ status: "succeeded", output: artifact("elsewhere") });
    expect(run.warnings).toEqual([
      "moved to the fallback plan-b (local), since it would have waited too long for local",
    ]);
    expect(run.spill("detail")).toBe(false);
  });

  it("has further places for what would wait too long, one of which a task goes to, once", () => {
    const spilling = twoSteps("", 'fallback: { model: plan-b, when: "queueWait > 10m" }');
    const detail = resolvedStep(spilling.resolved, "detail");
    const { fallback } = detail;
    if (fallback === undefined) throw new Error("there is no fallback");
    const placeAt = (provider: string): FallbackPlace => ({ ...fallback, provider, queue: provider });
    const [farm, api] = [placeAt("farm"), placeAt("api")];
    const steps = {
      ...spilling.resolved.steps,
      detail: { ...detail, fallback: { ...fallback, others: [farm, api] } },
    };
    const run = new PlayedRun({ ...spilling, resolved: { steps } });
    run.finish("faces", foundFaces(1));
    expect(run.spill("detail", { ...api, provider: "nobody" })).toBe(false);
    expect(run.spill("detail", api)).toBe(true);
    expect(run.task("detail")).toMatchObject({
      provider: "api",
      model: "plan-b",
      spilled: true,
    });
    for (const place of [fallback, farm, api]) expect(run.spill("detail", place)).toBe(false);
    run.finish("detail", failed());
    expect(run.end).toMatchObject({ status: "failed", error: { code: "PROVIDER_FAILED" } });
    expect(run.warnings).toEqual([
      "moved to the fallback plan-b (api), since it would have waited too long for local",
    ]);
  });

  it("is there for each element by itself", () => {
    const run = new PlayedRun(
      prepareExample(`
maskloom: 1
name: each
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d, combine: perDetection }
  - { id: each, task: imageInference, forEach: "\${steps.faces.detections}", as: face, model: i, fallback: { model: b },
      seedImage: "\${inputs.image}", maskImage: "\${face.maskImage}", strength: "\${face.index / 10}" }
output: \${steps.each.image}
`),
    );
    run.finish("faces", foundFaces(2));
    run.finish("each", failed(), 2);
    expect(run.task("each", 1).model).toBe("i");
    expect(run.task("each", 2)).toMatchObject({
      status: "queued",
      model: "b",
      input: { model: "b", strength: 0.2 },
    });
  });

  describe("of a step whose pictures ask for their model", () => {
    const asking = prepareExample(`
maskloom: 1
name: asking
inputs: { image: { type: image } }
steps:
  - { id: detail, task: imageInference, seedImage: "\${inputs.image}", fallback: { model: plan-b },
      model: "\${inputs.image.meta.model ?? 'plan-b'}" }
output: \${steps.detail.image}
`);
    const played = (meta: Record<string, string>) => {
      const run = new PlayedRun(asking, { image: { uuid: PICTURE, meta } });
      run.finish("detail", painted("done"));
      return run;
    };

    it("is for a picture whose model is not to be had, too, and that is told", () => {
      const run = played({ model: "nobody-has-it" });
      expect(run.task("detail")).toMatchObject({ status: "succeeded", model: "plan-b" });
      expect(run.warnings).toEqual([
        "moved to the fallback plan-b (local), since what this picture asks for was not to be had",
      ]);
    });

    it("is not told of where the picture asks for that very model", () => {
      const run = played({});
      expect(run.task("detail")).toMatchObject({ status: "succeeded", model: "plan-b" });
      expect(run.warnings).toEqual([]);
    });
  });

  it("has a digest of its own, by which its results are known", () => {
    const digest = (model: string) =>
      resolvedModel(example.resolved, { step: "detail", provider: "local", model }).modelDigest;
    expect(resolvedStep(example.resolved, "detail").fallback?.model).toBe("plan-b");
    expect([digest("some-inpainter"), digest("plan-b")]).toEqual([
      "digest of some-inpainter",
      "digest of plan-b",
    ]);
  });
});
