import { describe, expect, it } from "vitest";
import { indicesCondition } from "../../../src/importers/adetailer/fork-fields.ts";
import { importText, importUnit } from "../imported-workflow.ts";

/* ADetailer Ultimate: what a tab of it saves has all of its fields, at their defaults. */
const DEFAULTS = {
  ad_model_classes_exclude: false,
  ad_model_classes_excluded: "",
  ad_classes_sequential: false,
  ad_prompt_append: "",
  ad_negative_prompt_append: "",
  ad_class_prompts: "",
  ad_class_guard: false,
  ad_class_guard_weight: 1,
  ad_use_main_loras: false,
  ad_use_lora_triggers: false,
  ad_strip_loras: false,
  ad_apply_on_hires_only: false,
  ad_use_bbox_mask: false,
  ad_detection_resolution: 0,
  ad_dynamic_denoise_power: 0,
  ad_use_resolution_scale: false,
  ad_resolution_scale: 1.5,
  ad_use_text_encoder: false,
  ad_text_encoder: null,
  ad_inpaint_indices: "",
};

const stepsOf = (unit: object) => importUnit({ ...DEFAULTS, ...unit }).steps;
const saidOf = (unit: object) => importUnit({ ...DEFAULTS, ...unit }).said.join("\n");

it.each(["ad_prompt", "ad_negative_prompt"])("says that wildcards in %s are not drawn", (field) => {
  expect(importUnit({ [field]: "__hair__ girl" }).said).toContainEqual(
    expect.stringContaining(`${field}: wildcards`),
  );
  expect(importUnit({ [field]: "{red|blonde} hair" }).said).toContainEqual(
    expect.stringContaining(`${field}: wildcards`),
  );
  expect(importUnit({ [field]: "snake_case (a:1.2)" }).said.join()).not.toContain("wildcards");
});

describe("a unit of ADetailer Ultimate", () => {
  it("at its defaults is what ADetailer's is", () => {
    expect(importUnit(DEFAULTS).yaml).toBe(importUnit({}).yaml);
  });

  it("chooses among the classes of any model, and leaves out others", () => {
    const include = { ad_model: "fashion_seg.pt", ad_model_classes: "hat, shoe" };
    expect(stepsOf(include)[0]).toMatchObject({ select: { classes: { include: ["hat", "shoe"] } } });
    expect(saidOf(include)).not.toContain("ad_model_classes");
    const exclude = { ad_model_classes_exclude: true, ad_model_classes_excluded: "hat" };
    expect(stepsOf(exclude)[0]).toMatchObject({ select: { classes: { exclude: ["hat"] } } });
    expect(stepsOf({ ...exclude, ad_model_classes_exclude: false })[0]).not.toHaveProperty("select");
  });

  it("leaves the classes of ADetailer itself to -world models", () => {
    expect(importUnit({ ad_model_classes: "hat" }).steps[0]).not.toHaveProperty("select");
  });

  it("picks finds by their numbers", () => {
    expect(stepsOf({ ad_inpaint_indices: "1, #3" })[0]).toMatchObject({
      select: { where: "index == 1 or index == 3" },
    });
    expect(indicesCondition("5-3 #2")).toBe("(index >= 3 and index <= 5) or index == 2");
    expect(indicesCondition("all")).toBeNull();
  });

  it("appends to every prompt but to one that skips", () => {
    const [, detail] = stepsOf({
      ad_prompt: "a girl, [SEP] [SKIP] [SEP] [PROMPT]",
      ad_prompt_append: ", sharp <lora:skin:0.4>",
      ad_negative_prompt_append: "blurry",
    });
    const own = "${inputs.prompt ?? inputs.image.meta.prompt ?? ''}";
    const negative = "${inputs.negativePrompt ?? inputs.image.meta.negativePrompt ?? ''}, blurry";
    const lora = [{ model: "skin", weight: 0.4 }];
    expect(detail?.["rules"]).toEqual([
      { when: "face.index == 1", positivePrompt: "a girl, sharp", negativePrompt: negative, lora },
      { when: "face.index == 2", skip: true },
      { positivePrompt: `${own}, sharp`, negativePrompt: negative, lora },
    ]);
  });

  it("takes the payload's LoRAs along, and leaves all of them out where it is to", () => {
    const imported = (unit: object) =>
      importText(
        JSON.stringify({
          prompt: "a woman <lora:skin:0.6> <lora:style:1>",
          alwayson_scripts: {
            ADetailer: {
              args: [{ ad_model: "face_yolov8n.pt", ad_prompt: "a girl <lora:skin:0.9>", ...unit }],
            },
          },
        }),
      );
    expect(imported({ ad_use_main_loras: true }).steps[1]?.["lora"]).toEqual([
      { model: "skin", weight: 0.9 },
      { model: "style", weight: 1 },
    ]);
    expect(imported({ ad_use_main_loras: true, ad_strip_loras: true }).steps[1]).not.toHaveProperty("lora");
    expect(saidOf({ ad_use_main_loras: true })).toContain("ad_use_main_loras: which LoRAs");
  });

  it("masks boxes where the model segments", () => {
    expect(stepsOf({ ad_model: "person_yolov8n-seg.pt", ad_use_bbox_mask: true })[0]).toMatchObject({
      shape: "box",
    });
    expect(stepsOf({ ad_use_bbox_mask: true })[0]).not.toHaveProperty("shape");
  });

  it("has a dynamic denoise of its own, which goes before the page's, and a size by the box", () => {
    const page = { ad_dynamic_denoise_power: 3 };
    const strength = (unit: object) => importUnit(unit, page).steps[1]?.["strength"];
    expect(strength({ ad_dynamic_denoise_power: 1 })).toBe("${clamp(0.4 * (1 - face.area), 0, 1)}");
    expect(strength({ ad_dynamic_denoise_power: 0 })).toContain("(1 - face.area) * (1 - face.area)");
    const scaled = { ad_use_resolution_scale: true, ad_resolution_scale: 2 };
    expect(stepsOf(scaled)[1]?.["guideSize"]).toBe(
      "${clamp(round(2 * max(face.box.width, face.box.height)), 64, 4096)}",
    );
    expect(stepsOf({ ...scaled, ad_use_inpaint_width_height: true })[1]?.["guideSize"]).toBe(512);
    expect(saidOf({ ...scaled, ad_mask_merge_invert: "Merge" })).toContain("ad_resolution_scale: it goes by");
  });

  it.each([
    [{ ad_prompt: "[CLASS=eyes] blue [/CLASS]" }, "ad_prompt: [CLASS=…] stands"],
    [{ ad_classes_sequential: true, ad_model_classes: "eyes, nose" }, "ad_classes_sequential: its classes"],
    [{ ad_classes_sequential: true, ad_class_prompts: "eyes: blue" }, "ad_class_prompts: rules"],
    [{ ad_class_guard: true }, "ad_class_guard: names"],
    [{ ad_use_main_loras: true, ad_use_lora_triggers: true }, "ad_use_lora_triggers: words"],
    [{ ad_apply_on_hires_only: true }, "ad_apply_on_hires_only: a picture"],
    [{ ad_detection_resolution: 1024 }, "ad_detection_resolution: a detector"],
    [{ ad_use_text_encoder: true, ad_text_encoder: "t5.safetensors" }, "ad_text_encoder: no provider"],
    [{ ad_inpaint_indices: "2", ad_model_classes: "eyes" }, "ad_inpaint_indices: finds are counted"],
  ])("says that %o has no equivalent", (unit, what) => {
    expect(saidOf(unit)).toContain(what);
  });

  it("is read from infotext, where what it says or its version tells of it", () => {
    const infotext = (version: string): string =>
      [
        "a woman",
        "Negative prompt: blurry,",
        "low quality",
        'Steps: 25, Sampler: Euler a, Seed: 1, Size: 512x768, Lora hashes: "skin: 0a1b, style: 2c3d", ADetailer model: face_yolov8n.pt, ' +
          'ADetailer model classes: "hat, shoe", ADetailer use bbox mask: False, ADetailer prompt append: 7, ' +
          `ADetailer inpaint indices: 2, ADetailer resolution scale: 1.5, ADetailer dynamic denoise power: 2, ADetailer version: ${version}`,
      ].join("\n");
    const [mask, detail] = importText(infotext("26.3.0+plus.7")).steps;
    expect(mask).toMatchObject({
      select: { where: "index == 2", classes: { include: ["hat", "shoe"] } },
    });
    expect(detail?.["positivePrompt"]).toMatch(/, 7$/);
    expect(importText(infotext("25.3.0")).steps).toEqual(importText(infotext("26.3.0+plus.7")).steps);
    const bare = (version: string): string =>
      `a woman\nSteps: 25, Seed: 1, Size: 512x768, ADetailer model: face_yolov8n.pt, ADetailer model classes: "hat, shoe", ADetailer version: ${version}`;
    const classes = { include: ["hat", "shoe"] };
    expect(importText(bare("26.3.0+plus.7")).steps[0]).toMatchObject({ select: { classes } });
    expect(importText(bare("25.3.0")).steps[0]).not.toHaveProperty("select");
  });
});
