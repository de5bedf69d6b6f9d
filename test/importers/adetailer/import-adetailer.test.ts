import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateTemplate } from "../../../src/engine/language/template.ts";
import { isInfotext, readInfotext } from "../../../src/importers/adetailer/infotext.ts";
import { UNIT_FIELDS } from "../../../src/importers/adetailer/unit.ts";
import { splitLora } from "../../../src/importers/prompt-text.ts";
import { importText, importUnit, type StepFields } from "../imported-workflow.ts";

const stepsOf = (unit: object, settings?: object): [mask: StepFields, detail: StepFields] => {
  const { steps } = importUnit(unit, settings);
  return [steps[0] ?? {}, steps[1] ?? {}];
};

const BLANK = "${inputs.prompt ?? inputs.image.meta.prompt ?? ''}";

describe("a unit of ADetailer", () => {
  it("with its defaults finds each face, masks it and repaints it zoomed in, with the picture's own prompt", () => {
    const { steps, parsed } = importUnit({});
    expect(steps).toEqual([
      {
        id: "faces",
        task: "imageMasking",
        inputImage: "${inputs.image}",
        model: "face_yolov8n",
        confidence: 0.3,
        maskPadding: 2,
        maskBlur: 10,
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
        maskMargin: 32,
        strength: 0.4,
        positivePrompt: BLANK,
        negativePrompt: "${inputs.negativePrompt ?? inputs.image.meta.negativePrompt ?? ''}",
        guideSize:
          "${clamp(max(inputs.image.meta.size.width, inputs.image.meta.size.height), 64, 4096) ?? null}",
        seed: "${inputs.seed ?? inputs.image.meta.seed ?? null}",
        steps: "${clamp(inputs.image.meta.steps, 1, 200) ?? null}",
        CFGScale: "${clamp(inputs.image.meta.CFGScale, 0, 50) ?? null}",
        scheduler: expect.stringContaining("inputs.image.meta.sampler"),
        clipSkip: "${clamp(inputs.image.meta.clipSkip - 1, 0, 12) ?? null}",
      },
    ]);
    expect(parsed.document.output).toBe("${steps.detailFaces.image}");
  });

  it.each([
    [{ ad_confidence: 0.55 }, { confidence: 0.55 }],
    [{ ad_dilate_erode: 0 }, { maskPadding: 0 }],
    [{ ad_dilate_erode: 1 }, { maskPadding: 0 }],
    [{ ad_dilate_erode: -1 }, { maskPadding: 0 }],
    [{ ad_dilate_erode: 5 }, { maskPadding: 2 }],
    [{ ad_dilate_erode: -32 }, { maskPadding: -16 }],
    [{ ad_mask_blur: 0 }, { maskBlur: 0 }],
    [{ ad_mask_blur: 8 }, { maskBlur: 20 }],
    [{ ad_mask_min_ratio: 0.01, ad_mask_max_ratio: 0.5 }, { select: { minArea: 0.01, maxArea: 0.5 } }],
    [{ ad_mask_k: 3 }, { select: { sort: "area", take: 3 } }],
    [{ ad_mask_k: 1, ad_mask_filter_method: "Confidence" }, { select: { sort: "confidence", take: 1 } }],
    [{ ad_mask_merge_invert: "Merge" }, { combine: "union" }],
    [{ ad_mask_merge_invert: "Merge and Invert" }, { combine: "union", invert: true }],
    [
      { ad_model: "yolov8x-world.pt", ad_model_classes: "cat, dog" },
      { select: { classes: { include: ["cat", "dog"] } } },
    ],
  ])("%j becomes %j of the mask", (unit, expected) => {
    expect(stepsOf(unit)[0]).toMatchObject(expected);
  });

  it.each([
    [{ ad_denoising_strength: 0 }, { strength: 0 }],
    [{ ad_inpaint_only_masked_padding: 64 }, { maskMargin: 64 }],
    [
      { ad_use_inpaint_width_height: true, ad_inpaint_width: 768, ad_inpaint_height: 1024 },
      { guideSize: 1024 },
    ],
    [{ ad_use_steps: true, ad_steps: 33 }, { steps: 33 }],
    [{ ad_use_cfg_scale: true, ad_cfg_scale: 5.5 }, { CFGScale: 5.5 }],
    [
      { ad_use_checkpoint: true, ad_checkpoint: "a.safetensors" },
      { byProvider: { a1111: { model: "a.safetensors" } } },
    ],
    [{ ad_use_vae: true, ad_vae: "v.pt" }, { vae: "v.pt" }],
    [
      { ad_use_sampler: true, ad_sampler: "DPM++ 2M", ad_scheduler: "Karras" },
      { scheduler: "DPM++ 2M Karras" },
    ],
    [{ ad_use_sampler: true, ad_sampler: "DPM++ 2M Karras" }, { scheduler: "DPM++ 2M Karras" }],
    [{ ad_use_clip_skip: true, ad_clip_skip: 2 }, { clipSkip: 1 }],
    [
      {
        ad_controlnet_model: "cn",
        ad_controlnet_module: "tile_resample",
        ad_controlnet_weight: 0.7,
        ad_controlnet_guidance_start: 0.1,
        ad_controlnet_guidance_end: 0.9,
      },
      {
        controlNet: [
          {
            model: "cn",
            preprocessor: "tile_resample",
            weight: 0.7,
            startStepPercentage: 10,
            endStepPercentage: 90,
          },
        ],
      },
    ],
  ])("%j becomes %j of the repainting", (unit, expected) => {
    expect(stepsOf(unit)[1]).toMatchObject(expected);
  });

  it("takes what it has no own value for from the picture, even where a value stands beside the switch", () => {
    const [, detail] = stepsOf({
      ad_steps: 33,
      ad_cfg_scale: 3,
      ad_checkpoint: "a",
      ad_vae: "v",
      ad_sampler: "s",
      ad_clip_skip: 5,
      ad_inpaint_width: 99,
    });
    const image = (meta: object) => ({ inputs: { image: { meta: { ...meta } } } });
    const made = image({
      steps: 12,
      CFGScale: 60,
      sampler: "DPM++ 2M",
      scheduler: "Karras",
      clipSkip: 2,
      size: { width: 512, height: 768 },
    });
    const valuesFor = (scope: ReturnType<typeof image>) =>
      ["steps", "CFGScale", "scheduler", "clipSkip", "guideSize"].map((field) =>
        evaluateTemplate(String(detail[field]), scope),
      );
    expect(valuesFor(made)).toEqual([12, 50, "DPM++ 2M Karras", 1, 768]);
    expect(valuesFor(image({}))).toEqual([null, null, null, null, null]);
    expect(valuesFor(image({ sampler: "Euler a", scheduler: "Automatic" }))[2]).toBe("Euler a");
    expect(valuesFor(image({ sampler: "Euler a" }))[2]).toBe("Euler a");
    for (const field of ["byProvider", "vae", "controlNet"]) expect(detail).not.toHaveProperty(field);
  });

  it("that paints the whole picture has no margin, and one mask for all is painted once", () => {
    const [, detail] = stepsOf({ ad_inpaint_only_masked: false, ad_mask_merge_invert: "Merge" });
    expect(detail).not.toHaveProperty("maskMargin");
    expect(detail).not.toHaveProperty("forEach");
    expect(detail).toMatchObject({ maskImage: "${steps.faces.maskImage}" });
  });

  it.each([
    [{ ad_x_offset: 5 }, "dropped", "ad_x_offset"],
    [{ ad_y_offset: -5 }, "dropped", "ad_y_offset"],
    [{ ad_use_noise_multiplier: true, ad_noise_multiplier: 1.1 }, "dropped", "ad_noise_multiplier"],
    [{ ad_restore_face: true }, "dropped", "ad_restore_face"],
    [{ ad_controlnet_model: "Passthrough" }, "dropped", "ad_controlnet_model"],
    [{ ad_model_classes: "cat" }, "dropped", "ad_model_classes"],
    [
      { ad_inpaint_only_masked: false, ad_use_inpaint_width_height: true },
      "dropped",
      "ad_use_inpaint_width_height",
    ],
    [{ ad_mask_merge_invert: "Merge" }, "changed", "ad_mask_merge_invert"],
    [{ ad_dilate_erode: 400 }, "changed", "ad_dilate_erode"],
    [{ ad_mask_blur: 300 }, "changed", "ad_mask_blur"],
    [{ ad_inpaint_only_masked_padding: 600 }, "changed", "ad_inpaint_only_masked_padding"],
    [{ ad_inpaint_only_masked_padding: 0 }, "changed", "ad_inpaint_only_masked_padding"],
    [{ ad_use_steps: true, ad_steps: 201 }, "changed", "ad_steps"],
    [{ ad_use_cfg_scale: true, ad_cfg_scale: 51 }, "changed", "ad_cfg_scale"],
  ])("%j is listed as %s: %s", (unit, kind, field) => {
    const { notes, yaml } = importUnit(unit);
    const note = notes.find((one) => one.path === `args[0].${field}`);
    expect(note?.kind).toBe(kind);
    expect(yaml).toContain(note?.message ?? "nothing");
  });

  it("says of every value where it comes from", () => {
    const { yaml } = importUnit({ ad_mask_k: 2 });
    expect(yaml).toMatch(/take: 2 # ad_mask_k$/m);
    expect(yaml).toMatch(/strength: 0\.4 # ad_denoising_strength$/m);
  });
});

describe("prompts", () => {
  const rulesOf = (unit: object, settings?: object) => stepsOf(unit, settings)[1]["rules"];

  it("separated by [SEP] are one for each find, and the last one holds for all that follow", () => {
    const rules = rulesOf({ ad_prompt: "a [SEP] b [SEP]c", ad_negative_prompt: "x[SEP]y" });
    expect(rules).toEqual([
      { when: "face.index == 1", positivePrompt: "a", negativePrompt: "x" },
      { when: "face.index == 2", positivePrompt: "b", negativePrompt: "y" },
      { positivePrompt: "c", negativePrompt: "y" },
    ]);
  });

  it("[SKIP] leaves a find alone, a blank piece and [PROMPT] stand for the picture's own", () => {
    expect(rulesOf({ ad_prompt: " [SKIP] [SEP][SEP]old, [PROMPT], red" })).toMatchObject([
      { when: "face.index == 1", skip: true },
      { when: "face.index == 2", positivePrompt: BLANK },
      { positivePrompt: `old, ${BLANK} , red` },
    ]);
  });

  it("of a merged mask are the first ones, as ADetailer has it", () => {
    const [, detail] = stepsOf({ ad_prompt: "a[SEP]b", ad_mask_merge_invert: "Merge" });
    expect(detail).toMatchObject({ positivePrompt: "a" });
    const both = { ad_prompt: "a [SEP] [SKIP] [SEP] x [PROMPT]", ad_negative_prompt: "u[SEP]v" };
    const said = importUnit({ ...both, ad_mask_merge_invert: "Merge" }).said.join("\n");
    for (const field of ["ad_prompt", "ad_negative_prompt"])
      expect(said).toContain(`${field}: a merged mask is one find`);
    expect(importUnit(both).said.join("\n")).not.toContain("merged mask");
    expect(detail).not.toHaveProperty("rules");
  });

  it("give up their LoRAs to the field for them, with their weight", () => {
    const [, detail] = stepsOf({ ad_prompt: "<lora:skin:0.7>, a face <lora:eyes> seen" });
    expect(detail).toMatchObject({
      positivePrompt: "a face seen",
      lora: [
        { model: "skin", weight: 0.7 },
        { model: "eyes", weight: 1 },
      ],
    });
  });

  it("that look like an expression stand for themselves", () => {
    expect(stepsOf({ ad_prompt: "costs ${5} or $${x}" })[1]["positivePrompt"]).toBe("costs $${5} or $$${x}");
  });

  it("have the same seed for every find where ADetailer gives them the same", () => {
    expect(rulesOf({}, { ad_same_seed_for_each_tab: true })).toMatchObject([
      { seed: "${inputs.seed ?? inputs.image.meta.seed ?? 0}" },
    ]);
  });
});

describe("a list of units", () => {
  it("is a chain of passes, each detecting anew in what the one before left", () => {
    const { steps, parsed } = importText(
      JSON.stringify([
        true,
        false,
        { ad_model: "face_yolov8s.pt" },
        { ad_model: "face_yolov8s.pt" },
        { ad_model: "hand_yolov8n.pt" },
      ]),
    );
    expect(steps.map(({ id }) => id)).toEqual([
      "faces",
      "detailFaces",
      "faces2",
      "detailFaces2",
      "hands",
      "detailHands",
    ]);
    expect(steps[2]).toMatchObject({ inputImage: "${steps.detailFaces.image}" });
    expect(steps[3]).toMatchObject({
      seedImage: "${steps.detailFaces.image}",
      maskImage: "${face.maskImage}",
    });
    expect(steps[4]).toMatchObject({ inputImage: "${steps.detailFaces2.image}", model: "hand_yolov8n" });
    expect(parsed.document.output).toBe("${steps.detailHands.image}");
  });

  it("leaves out units that do nothing, and says so", () => {
    const { steps, said } = importText(
      JSON.stringify([
        { ad_model: "None" },
        { ad_model: "x.pt", ad_tab_enable: false },
        { ad_model: "face_yolov8n.pt", ad_prompt: "[SKIP]" },
        { ad_model: "person_yolov8n-seg.pt" },
      ]),
    );
    expect(steps.map(({ id }) => id)).toEqual(["people", "detailPeople"]);
    expect(said.filter((line) => line.includes("left out"))).toHaveLength(3);
  });

  it("is refused where no unit does anything", () => {
    expect(() => importText('[{"ad_model": "None"}]')).toThrow(/expected a unit that does something/);
  });

  it("that is switched off is imported all the same, and says so", () => {
    expect(importText('[false, {"ad_model": "face_yolov8n.pt"}]').said.join()).toMatch(
      /args\[0\]: ADetailer is switched off/,
    );
  });

  it("names files that do not come with Maskloom as models add names them", () => {
    const { steps, said } = importText(
      '[{"ad_model": "Eyes v2.pt"}, {"ad_model": "mediapipe_face_mesh_eyes_only"}]',
    );
    expect(steps.map((step) => step["model"]).filter((_, at) => at % 2 === 0)).toEqual([
      "eyes-v2",
      "mediapipe_face_mesh_eyes_only",
    ]);
    expect(said.join()).toMatch(/args\[0\]\.ad_model: Eyes v2\.pt does not come with Maskloom/);
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom(
        "[SEP]",
        "[SKIP]",
        "[PROMPT]",
        " ",
        "a: b",
        "# c",
        "${x}",
        "$${",
        "<lora:a:0.5>",
        "\n",
        "'\"",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);
const anyUnit = fc
  .record(
    {
      ad_model: fc.constantFrom(
        "face_yolov8n.pt",
        "hand_yolov9c.pt",
        "mediapipe_face_mesh",
        "x-world.pt",
        "../ö.pt",
      ),
      ad_model_classes: text,
      ad_prompt: text,
      ad_negative_prompt: text,
      ad_confidence: share,
      ad_mask_filter_method: fc.constantFrom("Area", "Confidence"),
      ad_mask_k: fc.nat(30),
      ad_mask_min_ratio: fc.double({ min: 0, max: 0.5, noNaN: true }),
      ad_mask_max_ratio: fc.double({ min: 0.5, max: 1, noNaN: true }),
      ad_dilate_erode: fc.integer({ min: -600, max: 600 }),
      ad_x_offset: fc.integer({ min: -200, max: 200 }),
      ad_y_offset: fc.integer({ min: -200, max: 200 }),
      ad_mask_merge_invert: fc.constantFrom("None", "Merge", "Merge and Invert"),
      ad_mask_blur: fc.nat(400),
      ad_denoising_strength: share,
      ad_inpaint_only_masked: fc.boolean(),
      ad_inpaint_only_masked_padding: fc.nat(1000),
      ad_use_inpaint_width_height: fc.boolean(),
      ad_inpaint_width: fc.integer({ min: 1, max: 9000 }),
      ad_inpaint_height: fc.integer({ min: 1, max: 9000 }),
      ad_use_steps: fc.boolean(),
      ad_steps: fc.integer({ min: 1, max: 500 }),
      ad_use_cfg_scale: fc.boolean(),
      ad_cfg_scale: fc.double({ min: 0, max: 100, noNaN: true }),
      ad_use_checkpoint: fc.boolean(),
      ad_checkpoint: fc.option(text),
      ad_use_vae: fc.boolean(),
      ad_vae: fc.option(text),
      ad_use_sampler: fc.boolean(),
      ad_sampler: text,
      ad_scheduler: text,
      ad_use_noise_multiplier: fc.boolean(),
      ad_noise_multiplier: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
      ad_use_clip_skip: fc.boolean(),
      ad_clip_skip: fc.integer({ min: 1, max: 12 }),
      ad_restore_face: fc.boolean(),
      ad_controlnet_model: text,
      ad_controlnet_module: text,
      ad_controlnet_weight: share,
      ad_controlnet_guidance_start: share,
      ad_controlnet_guidance_end: share,
    },
    { requiredKeys: ["ad_model"] },
  )
  .filter(({ ad_prompt = "" }) => ad_prompt.split("[SEP]").some((piece) => piece.trim() !== "[SKIP]"));
const anySettings = fc.record(
  {
    ad_bbox_sortby: fc.constantFrom(
      "None" as const,
      "Position (left to right)" as const,
      "Area (large to small)" as const,
    ),
    ad_same_seed_for_each_tab: fc.boolean(),
    ad_dynamic_denoise_power: fc.double({ min: -10, max: 10, noNaN: true }),
    ad_match_inpaint_bbox_size: fc.constantFrom("Off", "Strict", "Free"),
  },
  { requiredKeys: [] },
);

it("whatever the units, what is written is a valid workflow, and YAML and document say the same", () => {
  const first = { ad_model: "face_yolov8n.pt" };
  fc.assert(
    fc.property(fc.array(anyUnit, { maxLength: 3 }), anySettings, (units, settings) => {
      expect(importText(JSON.stringify([true, first, ...units]), settings).steps.length).toBeGreaterThan(1);
    }),
    { numRuns: 150 },
  );
});

/* A pattern that begins with blanks tries each of them as its first, and a text may have a million: minutes, in the server. */
describe("a text of blanks without end", () => {
  const BLANKS = " ".repeat(250_000);

  it("is a prompt without LoRAs like any other", () => {
    expect(splitLora(`a${BLANKS}b`)).toEqual({ text: `a${BLANKS}b`, lora: [] });
    expect(splitLora(`a${BLANKS}<lora:x:0.5>`)).toEqual({ text: "a", lora: [{ model: "x", weight: 0.5 }] });
  });

  it.each(["\n", ", ", "a ", 'a: "', "ADetailer model "])(
    "is looked at once where it may be infotext: %j",
    (part) => {
      const text = part.repeat(250_000 / part.length);
      expect(isInfotext(text)).toBe(false);
      expect(readInfotext(`ADetailer model: x.pt, ${text}`).units.length).toBeLessThanOrEqual(1);
      expect(readInfotext(`ADetailer model: x.pt, ${text.slice(0, 150_000)}`).units).toHaveLength(1);
    },
  );
});

it("the table of parameters in docs/importing.md names every one of them", async () => {
  const { readFile } = await import("node:fs/promises");
  const document = await readFile(new URL("../../../docs/importing.md", import.meta.url), "utf8");
  for (const field of UNIT_FIELDS.filter((name) => name.startsWith("ad_")))
    expect(document).toContain(`\`${field}\``);
});
