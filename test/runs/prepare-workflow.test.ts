import { afterAll, describe, expect, it } from "vitest";
import { fill } from "../../models/fill.ts";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { openRemoteProviders } from "../../src/inpainting/providers/remote-providers.ts";
import { checkSizes, prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { settingsOf } from "../inpainting/providers/http/http-peer.ts";

/** As `local:fill`, but for its size. */
const small = () => ({
  ...fill,
  capabilities: { ...fill.capabilities, hard: { ...fill.capabilities.hard, maxSide: 512 } },
});

describe("a workflow's sizes", () => {
  const check = (lines: string) => {
    const { workflow, resolved } = twoSteps("", lines);
    return () => checkSizes(workflow, resolved, small);
  };

  it("are refused before any picture is read where the model can never have them", () => {
    expect(check("guideSize: 768")).toThrow(/^steps\.detail\.guideSize: expected at most 512.*got 768$/);
    expect(check("byProvider: { local: { guideSize: 768 } }")).toThrow(/steps\.detail\.guideSize/);
  });

  it("are let through where they fit, are not given, or follow from a picture", () => {
    expect(check("guideSize: 512")).not.toThrow();
    expect(check("")).not.toThrow();
    expect(check("guideSize: ${steps.faces.count}")).not.toThrow();
  });
});

describe("a workflow's shapes", () => {
  const prepare = (shape: string) => {
    const text = [
      "maskloom: 1",
      "name: shapes",
      "inputs: { image: { type: image }, size: { type: text, default: hull } }",
      "steps:",
      `  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, shape: "${shape}" }`,
      "output: ${steps.faces.image}",
    ].join("\n");
    return prepareWorkflow(parseWorkflow(text, { file: "shapes.yaml" }), packagedModels);
  };

  it("are refused before any picture is read where the model does not give them", async () => {
    await expect(prepare("hull")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(
        /^shapes\.yaml:5:\d+ steps\[0\]\.shape: expected box or ellipse, .*got hull/,
      ),
    });
  });

  it.each(["ellipse", "${inputs.size}"])("are let through where they may fit: %s", async (shape) => {
    expect((await prepare(shape)).resolved.steps["faces"]?.fields).toMatchObject({ shape });
  });
});

describe("strictness about a detector", () => {
  const prepare = (fields: string) => {
    const text = [
      "maskloom: 1",
      "name: strict",
      "inputs: { image: { type: image } }",
      "steps:",
      `  - { id: who, task: imageMasking, inputImage: "\${inputs.image}", ${fields} }`,
      "output: ${steps.who.image}",
    ].join("\n");
    return prepareWorkflow(parseWorkflow(text, { file: "strict.yaml" }), packagedModels);
  };

  it.each([
    [
      "model: mediapipe_selfie, tiling: auto",
      /^strict\.yaml:5:\d+ steps\[0\]\.tiling: mediapipe_selfie takes no notice of it/,
    ],
    [
      "model: mediapipe_face_full, select: { classes: { include: [face] } }",
      /^strict\.yaml:5:\d+ steps\[0\]\.select\.classes: .*all that it finds is called face/,
    ],
  ])("refuses what it takes no notice of: %s", async (fields, message) => {
    await expect(prepare(`${fields}, strict: true`)).rejects.toThrow(message);
    await expect(prepare(fields)).resolves.toBeDefined();
  });

  it("has nothing to say about what it takes", async () => {
    await expect(
      prepare("model: mediapipe_face_full, tiling: auto, shape: box, strict: true"),
    ).resolves.toBeDefined();
  });
});

describe("models that are not to be had", () => {
  const STEPS = [
    "maskloom: 1",
    "name: faces",
    "inputs: { image: { type: image } }",
    "steps:",
    '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: face_yolov99 }',
    "  - id: look",
    "    task: imageMasking",
    "    inputImage: ${inputs.image}",
    "    model: mediapipe_face_full",
    "    shape: hull",
    "    onEmpty: { fallback: mediapipe_face_ful }",
    "  - id: paint",
    "    task: imageInference",
    "    seedImage: ${inputs.image}",
    "    maskImage: ${steps.faces.maskImage}",
    "    model: local:fil",
    "    rules: [{ model: local:esrgan }]",
    "output: ${steps.paint.image}",
  ];
  const prepare = async (lines: readonly string[]) =>
    prepareWorkflow(parseWorkflow(lines.join("\n"), { file: "faces.yaml" }), packagedModels);

  it("are all told of at once, each at its place", async () => {
    await expect(prepare(STEPS)).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(
        new RegExp(
          [
            '^faces\\.yaml:5:\\d+ steps\\[0\\]\\.model: model "face_yolov99": no detector has this name\\..*',
            "faces\\.yaml:11:\\d+ steps\\[1\\]\\.onEmpty\\.fallback: .*Did you mean mediapipe_face_full\\?.*",
            "faces\\.yaml:17:\\d+ steps\\[2\\]\\.rules\\[0\\]\\.model: .*",
          ].join("\\n"),
        ),
      ),
    });
  });

  it("stand beside what a model can never do", async () => {
    const lines = STEPS.filter((line) => !/fallback|rules/.test(line));
    await expect(prepare(lines)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^faces\.yaml:5:.*\nfaces\.yaml:15:12 steps\[2\]\.model: .*Did you mean local:fill\?.*\nfaces\.yaml:10:12 steps\[1\]\.shape: /,
      ),
    });
  });
});

describe("what a step says to every picture", () => {
  const prepare = (fields: string) => {
    const text = [
      "maskloom: 1",
      "name: literal",
      "inputs: { image: { type: image }, mode: { type: text, default: blurr } }",
      "steps:",
      `  - { id: hide, task: imageInference, model: local:fill, seedImage: "\${inputs.image}", ${fields} }`,
      "output: ${steps.hide.image}",
    ].join("\n");
    return prepareWorkflow(parseWorkflow(text, { file: "literal.yaml" }), packagedModels);
  };

  it.each([
    ["settings: { mode: blurr }", /^literal\.yaml:5:\d+ steps\[0\].*settings of local:fill.*mode/s],
    ["settings: { mod: blur }", /^literal\.yaml:5:\d+ steps\[0\].*settings of local:fill.*mod/s],
    ["positivePrompt: x, strict: true", /^literal\.yaml:5:\d+ steps\[0\].*does not take positivePrompt/],
  ])("is refused before any picture is read: %s", async (fields, message) => {
    await expect(prepare(fields)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(prepare(fields)).rejects.toThrow(message);
  });

  it.each([
    'settings: { mode: "${inputs.mode}" }',
    "settings: { mode: colour, color: '#102030' }",
    "positivePrompt: x",
    'positivePrompt: "${inputs.image.meta.prompt}", strict: true',
  ])("is let through where it fits, or a picture decides it: %s", async (fields) => {
    await expect(prepare(fields)).resolves.toBeDefined();
  });
});

describe("what a step says to a provider elsewhere", () => {
  /** Nobody listens at their addresses: whatever is told is told without asking them. */
  const providers = openRemoteProviders(
    [
      { id: "api", kind: "runware", url: "http://127.0.0.1:9", paid: true, prices: { "*": 0.01 } },
      { id: "forge", kind: "a1111", url: "http://127.0.0.1:9", models: ["dreamshaper_8"] },
      { id: "comfy", kind: "comfyui", url: "http://127.0.0.1:9", models: ["dreamshaper_8"] },
    ].map((entry) => settingsOf(entry)),
    { download: () => Promise.reject(new Error("nothing is downloaded")) },
  );
  afterAll(() => providers.close());
  const prepare = (fields: string) => {
    const text = [
      "maskloom: 1",
      "name: elsewhere",
      "inputs: { image: { type: image }, kind: { type: text, default: x } }",
      "steps:",
      `  - { id: paint, task: imageInference, seedImage: "\${inputs.image}", ${fields} }`,
      "output: ${steps.paint.image}",
    ].join("\n");
    const models = { ...packagedModels, providers };
    return prepareWorkflow(parseWorkflow(text, { file: "elsewhere.yaml" }), models);
  };
  const API = 'provider: api, model: "runware:101@1"';
  const FORGE = "provider: forge, model: dreamshaper_8";
  const COMFY = "provider: comfy, model: dreamshaper_8";

  it.each([
    [`${API}, native: { taskUUID: mine }`, /expected native without .*taskUUID/],
    [`${API}, settings: { fill: original }`, /settings of a runware provider.*fill/s],
    [`${API}, guideSize: 4096`, /guideSize: expected at most 2048, .*got 4096/],
    [`${FORGE}, settings: { fil: original }`, /settings of a Stable Diffusion web UI.*fil/s],
    [`${FORGE}, controlNet: [{ model: tile, guideImage: x }]`, /controlNet\[0\]: guideImage/],
    [`${FORGE}, refiner: { model: x, startStep: 3 }`, /refiner: startStep: expected steps/],
    [`${FORGE}, seed: 4294967296, strict: true`, /provider forge: seeds have 32 bits.*strict: true/],
    [`${COMFY}, template: no-such`, /template: provider comfy has none called "no-such"/],
    [`${COMFY}, settings: { upscale: 2 }, strict: true`, /takes no notice of upscale \(strict: true\)/],
    [
      `model: "local:fill", fallback: { provider: forge, model: dreamshaper_8 }, guideSize: 4096`,
      /guideSize: expected at most \d+, which is what model dreamshaper_8 takes/,
    ],
  ])("is refused before any picture is read: %s", async (fields, message) => {
    await expect(prepare(fields)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(prepare(fields)).rejects.toThrow(message);
    await expect(prepare(fields)).rejects.toThrow(/^elsewhere\.yaml:5:\d+ steps\[0\]/);
  });

  it.each([
    [`${API}, steps: 150`, /steps: the API takes 100, not 150/],
    [`${FORGE}, seed: 4294967297`, /provider forge: seeds have 32 bits there: 1 stands for 4294967297/],
    [`${COMFY}, seed: 4294967297`, /provider comfy: seeds have 32 bits there: 1 stands for 4294967297/],
    [`${COMFY}, settings: { upscale: 2 }`, /template sd15-inpaint takes no notice of upscale/],
    [`${FORGE}, acceleration: high`, /model dreamshaper_8 takes no notice of acceleration/],
    ['model: "local:fill", positivePrompt: x', /model local:fill takes no notice of positivePrompt/],
  ])("is told of where it is taken otherwise than it is written: %s", async (fields, message) => {
    expect((await prepare(fields)).warnings).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    `${API}, native: false, seed: 9007199254740991`,
    `${FORGE}, seed: 4294967295, settings: { fill: noise }`,
    `${COMFY}, settings: { template: "\${inputs.kind}", upscale: 2 }`,
  ])("is not spoken of where it fits, or a picture decides it: %s", async (fields) => {
    expect((await prepare(fields)).warnings).toEqual([]);
  });
});
