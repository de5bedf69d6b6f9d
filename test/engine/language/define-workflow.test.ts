import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { ImageInferenceStep } from "../../../src/contracts/workflow-step.ts";
import {
  type AuthoredWorkflow,
  type CheckedReferences,
  defineWorkflow,
  parseDefinition,
} from "../../../src/engine/language/define-workflow.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";

const faceDetail = defineWorkflow({
  maskloom: 1,
  name: "face-detail",
  inputs: {
    image: {
      type: "image",
      help: "The picture.",
    },
    prompt: {
      type: "text",
      default: null,
      help: "What the faces should look like. Without it the prompt that the picture was made with. Inpainters that only restore take no notice of it.",
    },
    negativePrompt: {
      type: "text",
      default: null,
      help: "What they should not look like. Without it the negative prompt that the picture was made with.",
    },
    strength: {
      type: "number",
      min: 0,
      max: 1,
      default: 0.4,
      help: "How far a generator may move away from the original face; 0 leaves it as it is.",
    },
    seed: {
      type: "integer",
      min: 0,
      default: null,
      help: "The same seed gives the same faces. Without it the one that the picture was made with, else one by chance.",
    },
    confidence: {
      type: "number",
      min: 0,
      max: 1,
      default: 0.5,
      help: "Faces that score above this count.",
    },
    minArea: {
      type: "number",
      min: 0,
      max: 1,
      default: 0,
      help: "Share of the picture that a face takes at least; 0.001 leaves out who stands far behind.",
    },
    maxArea: {
      type: "number",
      min: 0,
      max: 1,
      default: 1,
      help: "Share of the picture that a face takes at most; 0.2 leaves close-ups as they are.",
    },
    take: {
      type: "integer",
      min: 1,
      default: null,
      help: "So many faces at most, the largest ones; without it all.",
    },
    scale: {
      type: "choice",
      choices: [1, 2, 3, 4],
      default: null,
      help: "How many times larger the result is. Without it 2 where faces are restored, and 1 where a generator repaints them.",
    },
    provider: {
      type: "choice",
      choices: ["local", "a1111", "comfyui", "runware"],
      default: "local",
      help: "Who repaints. local, this machine, restores; the others are configured, generate, and may cost money.",
    },
  },
  steps: [
    {
      id: "faces",
      task: "imageMasking",
      inputImage: "${inputs.image}",
      model: ["face_yolov8s", "face_yolov8n", "mediapipe_face_full"],
      confidence: "${inputs.confidence}",
      select: {
        sort: "area",
        take: "${inputs.take}",
        minArea: "${inputs.minArea}",
        maxArea: "${inputs.maxArea}",
      },
      maskPadding: 8,
      maskBlur: 6,
      onEmpty: "skip",
    },
    {
      id: "detail",
      task: "imageInference",
      provider: "${inputs.provider}",
      model: "local:esrgan-detail",
      outputScale: "${inputs.scale ?? 2}",
      seedImage: "${inputs.image}",
      maskImage: "${steps.faces.maskImage}",
      maskMargin: 48,
      strength: "${inputs.strength}",
      positivePrompt: '${inputs.prompt ?? inputs.image.meta.prompt ?? "detailed face, natural skin"}',
      negativePrompt: "${inputs.negativePrompt ?? inputs.image.meta.negativePrompt ?? null}",
      seed: "${inputs.seed ?? inputs.image.meta.seed ?? null}",
      byProvider: {
        runware: {
          model: "runware:101@1",
          outputScale: "${inputs.scale ?? 1}",
        },
        comfyui: {
          model: "default",
          outputScale: "${inputs.scale ?? 1}",
        },
        a1111: {
          model: "default",
          outputScale: "${inputs.scale ?? 1}",
        },
      },
    },
  ],
  output: "${steps.detail.image}",
});

describe("defineWorkflow", () => {
  it("is the same workflow as the file that says the same", () => {
    const text = readFileSync(new URL("../../../workflows/face-detail.yaml", import.meta.url), "utf8");
    const fromFile = parseWorkflow(text, { file: "face-detail.yaml" });
    expect(parseDefinition(faceDetail).digest).toBe(fromFile.digest);
    expect(faceDetail.steps).toEqual(fromFile.document.steps);
  });

  it("says at run time what types cannot see", () => {
    const define = () =>
      defineWorkflow({
        maskloom: 1,
        name: "loop",
        inputs: { image: { type: "image" } },
        steps: [{ id: "a", task: "imageMasking", inputImage: "${steps.a.image}", model: "m" }],
        output: "${steps.a.image}",
      });
    expect(define).toThrow(
      'loop:13:22 steps[0].inputImage: ${steps.a.image} refers to step "a", which makes a cycle: a -> a.',
    );
  });
});

describe("the types of a workflow", () => {
  type Step = AuthoredWorkflow["steps"][number];
  type Inference = Extract<Step, { task: "imageInference" }>;
  type Fields<T> = Omit<Inference, keyof T> & T;

  it("take the values of the schemas and expressions", () => {
    expectTypeOf<Fields<{ strength: 0.5 }>>().toExtend<Step>();
    expectTypeOf<Fields<{ strength: "${inputs.strength}" }>>().toExtend<Step>();
    expectTypeOf<Fields<{ model: readonly ["a", "b"] }>>().toExtend<Step>();
    expectTypeOf<ImageInferenceStep["outputScale"]>().toEqualTypeOf<
      1 | 2 | 3 | 4 | `\${${string}}` | undefined
    >();
  });

  it("take loops, rules, passes, other workflows, and models of a picture's own", () => {
    const all = defineWorkflow({
      maskloom: 1,
      name: "all",
      inputs: { image: { type: "image" }, times: { type: "integer", min: 1, max: 3, default: 1 } },
      steps: [
        {
          id: "faces",
          task: "imageMasking",
          inputImage: "${inputs.image}",
          model: ["face_yolov8s", "mediapipe_face_full"],
          provider: ["local"],
          combine: "perDetection",
          select: { where: "area > 0.01", take: 4 },
          strict: true,
          cache: false,
        },
        {
          id: "each",
          task: "imageInference",
          forEach: "${steps.faces.detections}",
          as: "face",
          if: "${steps.faces.count > 0}",
          model: '${inputs.image.meta.model ?? "local:esrgan-detail"}',
          seedImage: "${inputs.image}",
          maskImage: "${face.maskImage}",
          rules: [{ when: "face.index == 1", strength: 0.2, seedOffset: 7 }, { skip: true }],
          accept: { seam: "< 1.3", otherwise: "reroll", times: 2, finally: "keepOriginal" },
          candidates: 2,
          align: "landmarks",
          repeat: { times: "${inputs.times}", strength: [0.4, "${inputs.times / 10}"] },
          onError: "continue",
          fallback: { model: ["local:fill"] },
        },
        {
          id: "eyes",
          task: "use",
          workflow: "face-detail",
          inputs: { image: "${steps.each.image}", strength: 0.3 },
        },
      ],
      output: "${steps.eyes.image}",
    });
    expectTypeOf(all.steps[1].as).toEqualTypeOf<"face">();
    expect(parseDefinition(all).document.steps).toEqual(all.steps);
  });

  it("refuse what a new field does not take", () => {
    expectTypeOf<Fields<{ repeat: { times: "three" } }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ repeat: { times: 3; strength: readonly [0.4] } }>>().toExtend<Step>();
    expectTypeOf<Fields<{ rules: readonly [{ when: "true"; strength: "high" }] }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ align: "eyes" }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ cache: "${inputs.x}" }>>().not.toExtend<Step>();
    expectTypeOf<{ id: "u"; task: "use"; workflow: 3 }>().not.toExtend<Step>();
  });

  it("refuse a value of the wrong type, and a text where a number or a reference is meant", () => {
    expectTypeOf<Fields<{ strength: true }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ strength: "high" }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ outputScale: 5 }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ seedImage: "photo.png" }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ onError: "ignore" }>>().not.toExtend<Step>();
    expectTypeOf<Fields<{ task: "inpainting" }>>().not.toExtend<Step>();
    expectTypeOf<{ type: "text"; min: 3 }>().not.toExtend<Required<AuthoredWorkflow["inputs"][string]>>();
  });

  it("refuse a reference to an input or a step that does not exist", () => {
    type Wrong = {
      readonly maskloom: 1;
      readonly name: "wrong";
      readonly inputs: { readonly image: { readonly type: "image" } };
      readonly steps: readonly [
        {
          readonly id: "faces";
          readonly task: "imageMasking";
          readonly inputImage: "${inputs.imge}";
          readonly model: "m";
        },
        {
          readonly id: "detail";
          readonly task: "imageInference";
          readonly model: "m";
          readonly seedImage: "${inputs.image}";
          readonly maskImage: "${steps.face.maskImage}";
          readonly positivePrompt: "${inputs.image.meta.prompt ?? 'x'}";
        },
      ];
      readonly output: "${steps.detail.image}";
    };
    type Checked = CheckedReferences<Wrong>;
    expectTypeOf<Checked["steps"][0]["inputImage"]>().toEqualTypeOf<'there is no input "imge"'>();
    expectTypeOf<Checked["steps"][1]["maskImage"]>().toEqualTypeOf<'there is no step "face"'>();
    expectTypeOf<
      Checked["steps"][1]["positivePrompt"]
    >().toEqualTypeOf<"${inputs.image.meta.prompt ?? 'x'}">();
    expectTypeOf<Checked["output"]>().toEqualTypeOf<"${steps.detail.image}">();
    expectTypeOf<Wrong>().not.toExtend<Checked>();
  });
});
