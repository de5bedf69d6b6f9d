import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateTemplate } from "../../../src/engine/language/template.ts";
import type { StepFields } from "../imported-workflow.ts";
import { faceDetailer, importGraph, LINKS, SURROUNDINGS, VALUES } from "./graphs.ts";

const stepsOf = (inputs: object, others?: object): [mask: StepFields, detail: StepFields] => {
  const { steps } = importGraph(faceDetailer(inputs, others));
  return [steps.at(-2) ?? {}, steps.at(-1) ?? {}];
};

describe("a FaceDetailer", () => {
  it("finds, masks and repaints each face with the checkpoint, LoRAs and prompts that are linked to it", () => {
    expect(importGraph(faceDetailer()).steps).toEqual([
      {
        id: "faces",
        task: "imageMasking",
        inputImage: "${inputs.image}",
        model: "face_yolov8n",
        confidence: 0.5,
        select: { where: "box.width > 10 and box.height > 10" },
        maskPadding: 5,
        maskBlur: 5,
        combine: "perDetection",
        onEmpty: "skip",
      },
      {
        id: "detailFaces",
        forEach: "${steps.faces.detections}",
        as: "face",
        task: "imageInference",
        model: "local:esrgan-detail",
        seedImage: "${inputs.image}",
        maskImage: "${face.maskImage}",
        maskMargin: "${clamp(round(1 * max(face.box.width, face.box.height) - 10), 0, 512)}",
        guideSize: 1024,
        maxSize: 1024,
        skipIfLarger: false,
        strength: 0.45,
        lora: [{ model: "skin.safetensors", weight: 0.6 }],
        positivePrompt: 'a woman: "freckles"',
        negativePrompt: "blurry",
        seed: 123,
        steps: 20,
        CFGScale: 7,
        scheduler: "DPM++ 2M Karras",
        byProvider: { comfyui: { model: "sdxl.safetensors" } },
      },
    ]);
  });

  it.each([
    [{ force_inpaint: false }, { skipIfLarger: true }],
    [{ force_inpaint: "disabled" }, { skipIfLarger: true }],
    [{ cycle: 3 }, { repeat: { times: 3 } }],
    [{ bbox_crop_factor: 1 }, { maskMargin: 0 }],
    [{ sampler_name: "res_multistep", scheduler: "sgm_uniform" }, { scheduler: "res_multistep sgm_uniform" }],
    [{ sampler_name: "euler", scheduler: "normal" }, { scheduler: "Euler" }],
  ])("%j becomes %j", (inputs, expected) => {
    expect(stepsOf(inputs)[1]).toMatchObject(expected);
  });

  it("scales its crop as the guide size says, by the box or by the crop, never beyond the most", () => {
    const long = (inputs: object, width: number, height: number) => {
      const face = { box: { width, height } };
      return evaluateTemplate(String(stepsOf(inputs)[1]["guideSize"]), { face });
    };
    const small = { guide_size: 100, bbox_crop_factor: 2, max_size: 1024 };
    expect(long(small, 50, 100)).toBe(400);
    expect(long({ ...small, guide_size_for: false }, 50, 100)).toBe(200);
    expect(long(small, 10, 100)).toBe(1024);
    expect(long({ ...small, guide_size_for: "crop_region" }, 0, 0)).toBe(64);
  });

  it("has the masks that a second detector draws within its boxes", () => {
    const segments = {
      "8": {
        class_type: "UltralyticsDetectorProvider",
        inputs: { model_name: "segm/person_yolov8n-seg.pt" },
      },
    };
    const { steps } = importGraph(faceDetailer({ segm_detector_opt: ["8", 1] }, segments));
    expect(steps[0]).toMatchObject({ id: "facesOutlines", model: "person_yolov8n-seg" });
    expect(steps[1]).toMatchObject({ id: "faces", within: "${steps.facesOutlines.maskImage}" });
    const [own] = stepsOf({ bbox_detector: ["8", 0], segm_detector_opt: ["8", 1] }, segments);
    expect(own).not.toHaveProperty("shape");
    const [boxes] = stepsOf({ bbox_detector: ["8", 0] }, segments);
    expect(boxes).toMatchObject({ shape: "box" });
    expect(importGraph(faceDetailer({ segm_detector_opt: ["6", 1] })).steps).toHaveLength(2);
    const told = { segm_detector_opt: ["8", 1], bbox_threshold: 0.3, bbox_dilation: 8 };
    expect(stepsOf(told, segments)[0]).toMatchObject({ confidence: 0.3, maskPadding: 4 });
  });

  it("has boxes where SAM goes before the second detector", () => {
    const both = importGraph(
      faceDetailer(
        { segm_detector_opt: ["8", 1], sam_model_opt: ["9", 0] },
        {
          "8": {
            class_type: "UltralyticsDetectorProvider",
            inputs: { model_name: "segm/person_yolov8n-seg.pt" },
          },
          "9": { class_type: "SAMLoader", inputs: { model_name: "sam_vit_b_01ec64.pth" } },
        },
      ),
    );
    expect(both.steps.map(({ id }) => id)).toEqual(["faces", "detailFaces"]);
    expect(both.steps[0]).not.toHaveProperty("within");
    expect(both.said.join("\n")).toContain("segm_detector_opt: sam_model_opt goes before it");
    expect(both.said.join("\n")).toContain("sam_model_opt: masks are not refined by SAM");
  });

  it.each([
    [{ noise_mask: false }, "noise_mask"],
    [{ noise_mask_feather: 20 }, "noise_mask_feather"],
    [{ sam_model_opt: ["5", 0] }, "sam_model_opt"],
    [{ detailer_hook: ["5", 0] }, "detailer_hook"],
    [{ inpaint_model: true }, "inpaint_model"],
    [{ cycle: 2 }, "cycle"],
    [{ bbox_dilation: -5 }, "bbox_dilation"],
    [{ seed: 2 ** 60 }, "seed"],
    [{ positive: ["99", 0] }, "positive"],
    [{ wildcard: "a __color__ dress" }, "wildcard"],
  ])("%j is listed: %s", (inputs, name) => {
    const { notes } = importGraph(faceDetailer(inputs));
    expect(notes.map(({ path }) => path)).toContain(`FaceDetailer 7.${name}`);
  });

  it("has comments that call its values what the graph calls them", () => {
    const { yaml } = importGraph(faceDetailer({ bbox_dilation: -10 }));
    expect(yaml).toMatch(/ # bbox_threshold\n/);
    expect(yaml).toMatch(/ # bbox_dilation -10:/);
    expect(yaml).toMatch(/ # bbox_crop_factor 3/);
  });

  it("whose prompt cannot be told takes the one that the picture carries", () => {
    const { steps, parsed } = importGraph(faceDetailer({ positive: ["99", 0] }));
    expect(steps[1]).toMatchObject({ positivePrompt: "${inputs.prompt ?? inputs.image.meta.prompt ?? ''}" });
    expect(parsed.document.inputs).toHaveProperty("prompt");
    expect(parsed.document.inputs).not.toHaveProperty("negativePrompt");
  });
});

describe("detailers that are linked", () => {
  it("are passes in the order of their pictures, whatever their numbers; the last one's picture is the output", () => {
    const { steps, parsed } = importGraph({
      ...SURROUNDINGS,
      "7": { class_type: "FaceDetailer", inputs: { ...VALUES, ...LINKS, image: ["12", 0] } },
      "9": { class_type: "UltralyticsDetectorProvider", inputs: { model_name: "bbox/hand_yolov8n.pt" } },
      "12": { class_type: "FaceDetailer", inputs: { ...VALUES, ...LINKS, bbox_detector: ["9", 0] } },
      "13": { class_type: "SaveImage", inputs: { images: ["7", 0] } },
    });
    expect(steps.map(({ id }) => id)).toEqual(["hands", "detailHands", "faces", "detailFaces"]);
    expect(steps[2]).toMatchObject({ inputImage: "${steps.detailHands.image}" });
    expect(parsed.document.output).toBe("${steps.detailFaces.image}");
  });

  it("side by side are outputs of their own", () => {
    const { parsed } = importGraph({
      ...faceDetailer(),
      "8": { class_type: "FaceDetailer", inputs: { ...VALUES, ...LINKS } },
    });
    expect(parsed.document.outputs).toEqual({
      image: "${steps.detailFaces.image}",
      image2: "${steps.detailFaces2.image}",
    });
  });

  it("in a ring are imported once each, and end", () => {
    const ring = faceDetailer(
      { image: ["8", 0] },
      { "8": { class_type: "FaceDetailer", inputs: { ...VALUES, ...LINKS, image: ["7", 0] } } },
    );
    expect(importGraph(ring).steps).toHaveLength(4);
  });

  it("hand on their pipe, without the values that are the first one's own", () => {
    const { steps } = importGraph(
      faceDetailer(
        { wildcard: "a queen", cycle: 4 },
        {
          "8": {
            class_type: "FaceDetailerPipe",
            inputs: { image: ["7", 0], detailer_pipe: ["7", 4], seed: 9, denoise: 0.2 },
          },
        },
      ),
    );
    expect(steps[3]).toMatchObject({
      strength: 0.2,
      seed: 9,
      positivePrompt: "a queen",
      byProvider: { comfyui: { model: "sdxl.safetensors" } },
    });
    expect(steps[3]).not.toHaveProperty("repeat");
  });

  it("take prompts and models out of pipes that were put together and taken apart", () => {
    const { steps } = importGraph({
      ...SURROUNDINGS,
      "10": {
        class_type: "ToBasicPipe",
        inputs: { model: ["2", 0], clip: ["2", 1], vae: ["1", 2], positive: ["3", 0], negative: ["4", 0] },
      },
      "11": { class_type: "FromBasicPipe_v2", inputs: { basic_pipe: ["10", 0] } },
      "12": {
        class_type: "BasicPipeToDetailerPipe",
        inputs: { basic_pipe: ["11", 0], bbox_detector: ["6", 0], wildcard: "" },
      },
      "13": {
        class_type: "EditDetailerPipe",
        inputs: { detailer_pipe: ["12", 0], wildcard: "", positive: ["11", 5] },
      },
      "14": {
        class_type: "FaceDetailerPipe",
        inputs: { ...VALUES, image: ["5", 0], detailer_pipe: ["13", 0] },
      },
    });
    expect(steps[1]).toMatchObject({
      positivePrompt: "blurry",
      negativePrompt: "blurry",
      lora: [{ model: "skin.safetensors" }],
    });
  });

  it("of SEGS choose among finds as the nodes between do", () => {
    const filters = {
      "8": {
        class_type: "BboxDetectorSEGS",
        inputs: {
          bbox_detector: ["6", 0],
          image: ["5", 0],
          threshold: 0.3,
          dilation: 4,
          crop_factor: 2,
          drop_size: 1,
          labels: "face, head",
        },
      },
      "9": {
        class_type: "ImpactSEGSRangeFilter",
        inputs: { segs: ["8", 0], target: "width", mode: true, min_value: 40, max_value: 400 },
      },
      "10": {
        class_type: "ImpactSEGSOrderedFilter",
        inputs: { segs: ["9", 0], target: "x1", order: false, take_start: 1, take_count: 2 },
      },
      "11": { class_type: "DetailerForEach", inputs: { ...VALUES, ...LINKS, segs: ["10", 0] } },
    };
    const { steps } = importGraph({ ...SURROUNDINGS, ...filters });
    expect(steps[0]).toMatchObject({
      confidence: 0.3,
      maskPadding: 2,
      select: {
        classes: { include: ["face", "head"] },
        where: "(box.width > 1 and box.height > 1) and (box.width >= 20 and box.width <= 200)",
        sort: "leftToRight",
        take: [2, 3],
      },
    });
  });

  it("of a simple detector's SEGS are found as it finds, also where its detectors come in a pipe", () => {
    const own = {
      bbox_threshold: 0.4,
      bbox_dilation: 6,
      sub_threshold: 0.7,
      sub_dilation: 2,
      post_dilation: 4,
      crop_factor: 2,
      drop_size: 20,
    };
    const outlines = {
      class_type: "UltralyticsDetectorProvider",
      inputs: { model_name: "segm/person_yolov8n-seg.pt" },
    };
    const detectedBy = (detector: object, pipe: object = {}) =>
      importGraph({
        ...SURROUNDINGS,
        "8": outlines,
        "9": { class_type: "SAMLoader", inputs: { model_name: "sam_vit_b_01ec64.pth" } },
        "10": {
          class_type: "ToDetailerPipe",
          inputs: { ...LINKS, segm_detector_opt: ["8", 1], ...pipe },
        },
        "11": { ...detector } as (typeof SURROUNDINGS)[string],
        "12": {
          class_type: "DetailerForEachAutoRetry",
          inputs: { ...VALUES, ...LINKS, segs: ["11", 0], max_retries: 3 },
        },
      });
    const alone = detectedBy({
      class_type: "ImpactSimpleDetectorSEGS",
      inputs: { ...own, bbox_detector: ["6", 0], image: ["5", 0] },
    });
    expect(alone.steps).toHaveLength(2);
    expect(alone.steps[0]).toMatchObject({
      model: "face_yolov8n",
      confidence: 0.4,
      maskPadding: 5,
      select: { where: "box.width > 20 and box.height > 20" },
    });
    expect(alone.said.join("\n")).toContain("DetailerForEachAutoRetry 12.max_retries: ");
    expect(alone.said.join("\n")).not.toContain("sam_model_opt");
    expect(alone.yaml).toContain("# bbox_dilation + post_dilation 10:");
    expect(alone.said.join("\n")).not.toContain("post_dilation");
    const shrunk = detectedBy({
      class_type: "ImpactSimpleDetectorSEGS",
      inputs: { ...own, bbox_dilation: -6, post_dilation: 0, bbox_detector: ["6", 0], image: ["5", 0] },
    });
    expect(shrunk.notes.map(({ path }) => path)).toContain("ImpactSimpleDetectorSEGS 11.bbox_dilation");
    const byPipe = {
      class_type: "ImpactSimpleDetectorSEGSPipe",
      inputs: { ...own, detailer_pipe: ["10", 0], image: ["5", 0] },
    };
    const piped = detectedBy(byPipe);
    expect(piped.steps.map(({ model }) => model)).toEqual([
      "person_yolov8n-seg",
      "face_yolov8n",
      "local:esrgan-detail",
    ]);
    expect(piped.steps[0]).toMatchObject({ confidence: 0.7, maskPadding: 3 });
    expect(piped.steps[1]).toMatchObject({
      confidence: 0.4,
      maskPadding: 5,
      within: "${steps.facesOutlines.maskImage}",
    });
    expect(piped.said.join("\n")).toContain("ImpactSimpleDetectorSEGSPipe 11.post_dilation: ");
    const refined = detectedBy(byPipe, { sam_model_opt: ["9", 0] });
    expect(refined.steps.map(({ model }) => model)).toEqual(["face_yolov8n", "local:esrgan-detail"]);
    expect(refined.said.join("\n")).toContain("sam_model_opt: masks are not refined by SAM");
    const drawsItself = detectedBy(byPipe, { bbox_detector: ["8", 0] });
    expect(drawsItself.steps).toHaveLength(2);
    expect(drawsItself.steps[0]).toMatchObject({
      model: "person_yolov8n-seg",
      confidence: 0.7,
      maskPadding: 3,
    });
  });

  it("whose SEGS are a mask's are given that mask, or find what it was made of", () => {
    const ofMask = (mask: readonly [string, number]) =>
      importGraph({
        ...SURROUNDINGS,
        "8": {
          class_type: "BboxDetectorCombined_v2",
          inputs: { bbox_detector: ["6", 0], image: ["5", 0], threshold: 0.35, dilation: 4 },
        },
        "9": {
          class_type: "MaskToSEGS",
          inputs: { mask, combined: true, crop_factor: 2, bbox_fill: true, drop_size: 12 },
        },
        "10": { class_type: "DetailerForEach", inputs: { ...VALUES, ...LINKS, segs: ["9", 0] } },
      });
    const drawn = ofMask(["5", 1]);
    expect(drawn.parsed.document.inputs).toMatchObject({ mask: { type: "mask" } });
    expect(drawn.steps).toHaveLength(1);
    expect(drawn.steps[0]).toMatchObject({ maskImage: "${inputs.mask}", maskMargin: 64, guideSize: 1024 });
    for (const what of ["MaskToSEGS 9.combined", "MaskToSEGS 9.bbox_fill", "which comes from LoadImage 5"])
      expect(drawn.said.join("\n")).toContain(what);
    const found = ofMask(["8", 0]);
    expect(found.steps[0]).toMatchObject({
      confidence: 0.35,
      select: { where: "box.width > 12 and box.height > 12" },
    });
    expect(found.steps).toHaveLength(2);
  });

  it("whose SEGS nothing finds that is known are left out, and the message says what is known", () => {
    const segs = { "8": { class_type: "ImpactMakeTileSEGS", inputs: { images: ["5", 0] } } };
    const detailer = { class_type: "DetailerForEach", inputs: { ...VALUES, ...LINKS, segs: ["8", 0] } };
    expect(() => importGraph({ ...SURROUNDINGS, ...segs, "9": detailer })).toThrow(
      /its segs come from ImpactMakeTileSEGS 8, .*ImpactSimpleDetectorSEGS/,
    );
  });

  it("of a mask that was detected detail what was found, one by one", () => {
    const pipe = { model: ["2", 0], clip: ["2", 1], vae: ["1", 2], positive: ["3", 0], negative: ["4", 0] };
    const masked = (mask: object, more: object = {}) =>
      importGraph({
        ...SURROUNDINGS,
        "10": { class_type: "ToBasicPipe", inputs: pipe },
        "11": {
          class_type: "BboxDetectorCombined_v2",
          inputs: { bbox_detector: ["6", 0], image: ["5", 0], threshold: 0.35, dilation: 4 },
        },
        "12": {
          class_type: "MaskDetailerPipe",
          inputs: {
            ...VALUES,
            image: ["5", 0],
            basic_pipe: ["10", 0],
            mask_mode: true,
            crop_factor: 2,
            ...mask,
            ...more,
          },
        },
      });
    const { steps, notes, parsed } = masked({ mask: ["11", 0] }, { batch_size: 3 });
    expect(steps[0]).toMatchObject({ model: "face_yolov8n", confidence: 0.35, combine: "perDetection" });
    expect(steps[1]).toMatchObject({
      forEach: "${steps.faces.detections}",
      positivePrompt: 'a woman: "freckles"',
      maskMargin: "${clamp(round(0.5 * max(face.box.width, face.box.height) - 7), 0, 512)}",
    });
    expect(notes.map(({ path }) => path)).toContain("MaskDetailerPipe 12.batch_size");
    expect(parsed.document.inputs).not.toHaveProperty("mask");
  });

  it("of a mask that was drawn are given it, and repaint each part of it by itself", () => {
    const detailer = (image: string, more: object = {}) => ({
      class_type: "MaskDetailerPipe",
      inputs: { ...VALUES, image: [image, 0], mask: ["5", 1], guide_size: 384, crop_factor: 2, ...more },
    });
    const { steps, notes, parsed, said } = importGraph({
      ...SURROUNDINGS,
      "12": detailer("5", { mask_mode: false, batch_size: 4 }),
      "13": detailer("12", { mask: ["5", 1] }),
    });
    expect(steps).toMatchObject([
      {
        id: "detailMask",
        seedImage: "${inputs.image}",
        maskImage: "${inputs.mask}",
        maskMargin: 64,
        guideSize: 768,
        candidates: 4,
      },
      { seedImage: "${steps.detailMask.image}", maskImage: "${inputs.mask}" },
    ]);
    expect(steps[0]).not.toHaveProperty("forEach");
    expect(steps[1]).not.toHaveProperty("candidates");
    expect(parsed.document.inputs["mask"]).toMatchObject({ type: "mask" });
    expect(said.join("\n")).toMatch(
      /MaskDetailerPipe 12\.mask: the workflow is given its mask, which comes from LoadImage 5/,
    );
    const paths = notes.map(({ path }) => path);
    for (const input of ["crop_factor", "feather", "drop_size", "noise_mask", "batch_size"])
      expect(paths).toContain(`MaskDetailerPipe 12.${input}`);
    expect(paths).not.toContain("MaskDetailerPipe 13.noise_mask");
  });

  it("have what their hooks do, as far as it can be had", () => {
    const hook = (class_type: string, inputs: object) => ({ class_type, inputs: { ...inputs } });
    const { steps, said } = importGraph(
      faceDetailer(
        { detailer_hook: ["20", 0], cycle: 3, denoise: 0.6 },
        {
          "20": hook("DetailerHookCombine", { hook1: ["21", 0], hook2: ["22", 0] }),
          "21": hook("SEGSOrderedFilterDetailerHookProvider", {
            target: "area(=w*h)",
            order: true,
            take_start: 0,
            take_count: 2,
          }),
          "22": hook("DetailerHookCombine", { hook1: ["23", 0], hook2: ["24", 0] }),
          "23": hook("DenoiseSchedulerDetailerHookProvider", {
            schedule_for_cycle: "simple",
            target_denoise: 0.2,
          }),
          "24": hook("DetailerHookCombine", { hook1: ["25", 0], hook2: ["26", 0] }),
          "25": hook("PreviewDetailerHookProvider", { quality: 95 }),
          "26": hook("BlackPatchRetryHookProvider", { mean_thresh: 10, var_thresh: 5 }),
        },
      ),
    );
    expect(steps[0]).toMatchObject({ select: { sort: "area", take: 2 } });
    expect(steps[1]).toMatchObject({ repeat: { times: 3, strength: [0.6, 0.4, 0.2] } });
    expect(said.join("\n")).toMatch(/detailer_hook: BlackPatchRetryHookProvider 26: black results/);
    expect(said.join("\n")).not.toMatch(/Preview|DenoiseScheduler|DetailerHookCombine/);
  });

  it("whose finds come from elsewhere are left out, and that is said", () => {
    const graph = faceDetailer(
      {},
      {
        "8": { class_type: "ImpactMakeTileSEGS", inputs: {} },
        "9": {
          class_type: "DetailerForEach",
          inputs: { ...VALUES, ...LINKS, image: ["7", 0], segs: ["8", 0] },
        },
      },
    );
    const { steps, said, parsed } = importGraph(graph);
    expect(steps).toHaveLength(2);
    expect(parsed.document.output).toBe("${steps.detailFaces.image}");
    expect(said.join("\n")).toMatch(/DetailerForEach 9: left out: its segs come from ImpactMakeTileSEGS 8/);
  });
});

describe("wildcard text", () => {
  const rulesOf = (wildcard: string): readonly StepFields[] => {
    const { rules } = stepsOf({ wildcard })[1];
    return Array.isArray(rules) ? rules : [];
  };
  const ruleOf = (rules: readonly StepFields[], face: object) =>
    rules.find(
      (rule) =>
        rule["when"] === undefined ||
        evaluateTemplate(`\${${String(rule["when"])}}`, { face: { ...face } }) === true,
    );

  it("goes round where there are more finds than pieces", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 1, max: 60 }), (count, index) => {
        const pieces = Array.from({ length: count }, (_, at) => `p${at}`);
        const rules = rulesOf(`[ASC]${pieces.join("[SEP]")}`);
        expect(ruleOf(rules, { index })).toMatchObject({ positivePrompt: `p${(index - 1) % count}` });
      }),
      { numRuns: 40 },
    );
  });

  it("sorts finds, skips, stops, seeds and goes by labels", () => {
    expect(stepsOf({ wildcard: "[DSC] a" })[0]).toMatchObject({ select: { sort: "rightToLeft" } });
    expect(stepsOf({ wildcard: "[DSC] a" })[1]).toMatchObject({ positivePrompt: "a" });
    expect(rulesOf("[ASC] a [SEP:42] [SKIP] [SEP:7] c")).toMatchObject([
      { positivePrompt: "a" },
      { skip: true },
      { positivePrompt: "c", seed: 7 },
    ]);
    expect(rulesOf("a [SEP] [STOP] [SEP] c")).toEqual([
      { when: "face.index == 1", positivePrompt: "a" },
      { skip: true },
    ]);
    const labels = rulesOf("[LAB] [ALL] fine [face] a smile [hand] five fingers");
    expect(ruleOf(labels, { label: "hand" })).toMatchObject({ positivePrompt: "fine five fingers" });
    expect(ruleOf(labels, { label: "foot" })).toMatchObject({ positivePrompt: "fine" });
  });

  it("is added to the prompt after [CONCAT], and its LoRAs to the model's", () => {
    expect(stepsOf({ wildcard: "[CONCAT] red hair <lora:hair:0.4>" })[1]).toMatchObject({
      positivePrompt: 'a woman: "freckles", red hair',
      lora: [
        { model: "skin.safetensors", weight: 0.6 },
        { model: "hair", weight: 0.4 },
      ],
    });
  });
});

it("whatever the values and texts, what is written is a valid workflow", () => {
  const text = fc
    .array(
      fc.constantFrom(
        "[SEP]",
        "[ASC]",
        "[LAB]",
        "[CONCAT]",
        "[face]",
        "[ALL]",
        "[SKIP]",
        "[STOP]",
        "[SEP:3]",
        "[SEP:R]",
        "a",
        "${x}",
        "# b: 'c\"",
        "<lora:q>",
        "\n",
        " ",
      ),
      { maxLength: 9 },
    )
    .map((parts) => parts.join(""));
  const number = fc.double({ min: 1, max: 9000, noNaN: true });
  const inputs = fc.record(
    {
      wildcard: text,
      guide_size: number,
      max_size: number,
      bbox_crop_factor: fc.double({ min: 1, max: 10, noNaN: true }),
      bbox_dilation: fc.integer({ min: -512, max: 512 }),
      drop_size: fc.nat(100),
      feather: fc.nat(100),
      cycle: fc.integer({ min: 1, max: 10 }),
      steps: fc.integer({ min: 1, max: 10_000 }),
      cfg: fc.double({ min: 0, max: 100, noNaN: true }),
      guide_size_for: fc.boolean(),
      force_inpaint: fc.boolean(),
      sampler_name: text,
      scheduler: text,
      seed: fc.maxSafeNat(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(inputs, text, text, (values, positive, checkpoint) => {
      const graph = faceDetailer(values, {
        "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: checkpoint } },
        "3": { class_type: "CLIPTextEncode", inputs: { text: positive } },
      });
      expect(importGraph(graph).steps).toHaveLength(2);
    }),
    { numRuns: 150 },
  );
});
