import { describe, expect, it } from "vitest";
import { failed, foundFaces, made, PICTURE, PlayedRun, painted } from "./played-run.ts";
import { prepareExample } from "./two-steps.ts";

const workflow = (steps: string, output = 'output: "${steps.detail.image}"') =>
  prepareExample(`
maskloom: 1
name: told
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: d, inputImage: "\${inputs.image}" }
  - { id: detail, task: imageInference, model: i, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
${steps}
${output}
`);
const UPLOAD =
  '  - { id: up, task: upload, image: "${steps.detail.image}", endpoint: "https://example.org/${run.file}" }';

describe("a step that uploads", () => {
  it("is given the picture and an address with expressions in it, and hands the picture on", () => {
    const run = new PlayedRun(workflow(UPLOAD, 'output: "${steps.up.image}"'));
    run.finish("faces", foundFaces(1));
    run.finish("detail", painted("face"));
    const { image } = run.task("detail").output as { image: string };
    expect(run.task("up")).toMatchObject({
      status: "queued",
      input: { image, endpoint: "https://example.org/a.png", outputFormat: "PNG", outputQuality: 95 },
    });
    run.finish("up", made({ image, url: "https://example.org/a.png" }));
    expect(run.end).toMatchObject({ status: "succeeded", output: image });
  });

  it("that failed takes no result along: the run is partial, and has its picture", () => {
    const run = new PlayedRun(workflow(UPLOAD, 'output: "${steps.up.image}"'));
    run.finish("faces", foundFaces(1));
    run.finish("detail", painted("face"));
    run.finish("up", failed());
    const { image } = run.task("detail").output as { image: string };
    expect(run.end).toMatchObject({ status: "partial", output: image, error: null });
    expect(run.warnings).toEqual(["went on without up after PROVIDER_FAILED: no"]);
  });

  it("that failed ends the run where the workflow says so", () => {
    const run = new PlayedRun(workflow(UPLOAD.replace("task:", "onError: fail, task:")));
    run.finish("faces", foundFaces(1));
    run.finish("detail", painted("face"));
    run.finish("up", failed());
    expect(run.end).toMatchObject({ status: "failed", error: { code: "PROVIDER_FAILED" } });
  });
});

describe("a step that tells", () => {
  const hook = (body: string) => `  - { id: hook, task: webhook, url: "https://example.org"${body} }`;

  it("without a body waits for the outputs, and tells which run it is and what came out", () => {
    const run = new PlayedRun(workflow(hook("")));
    run.finish("faces", foundFaces(1));
    expect(run.task("hook").status).toBe("waiting");
    run.finish("detail", painted("face"));
    const { image } = run.task("detail").output as { image: string };
    const { runUUID, batchUUID } = run.state;
    expect(run.task("hook")).toMatchObject({
      status: "queued",
      input: { body: { runUUID, batchUUID, file: "a.png", outputs: { image } } },
    });
  });

  it("without a body tells outputs that are still to come, its own answer among them, as null", () => {
    const outputs = 'outputs: { image: "${steps.detail.image}", answer: "${steps.hook.response.id}" }';
    const run = new PlayedRun(workflow(hook(""), outputs));
    run.finish("faces", foundFaces(1));
    run.finish("detail", painted("face"));
    expect(run.task("hook").input).toMatchObject({ body: { outputs: { answer: null } } });
    run.finish("hook", made({ response: { id: 7 } }));
    expect(run.end).toMatchObject({ status: "succeeded", outputs: { answer: 7 } });
  });

  it("evaluates its body at any depth: pictures as UUIDs, what is absent as null", () => {
    const body =
      ', body: { of: "${inputs.image}", list: ["${steps.faces.count}", "${inputs.image.meta.prompt}"], deep: { mask: "${steps.faces.maskImage}" } }';
    const run = new PlayedRun(workflow(hook(body)));
    run.finish("faces", foundFaces(0));
    expect(run.task("hook").input).toMatchObject({
      body: { of: PICTURE, list: [0], deep: { mask: null } },
    });
  });
});
