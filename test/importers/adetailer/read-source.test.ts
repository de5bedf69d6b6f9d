import { describe, expect, it } from "vitest";
import { readADetailer } from "../../../src/importers/adetailer/read-source.ts";
import { importText } from "../imported-workflow.ts";

const read = (text: string) => readADetailer({ file: "args.json", text });
const FACE = '{"ad_model": "face_yolov8n.pt"}';

describe("what ADetailer's settings come in", () => {
  it.each([
    ["a list of units", `[${FACE}]`, "args[0]"],
    ["a list with the switches before them", `[true, false, ${FACE}]`, "args[2]"],
    ["what the name ADetailer stands for", `{"args": [true, ${FACE}]}`, "args[1]"],
    ["scripts of a payload", `{"ADetailer": {"args": [${FACE}]}}`, "ADetailer.args[0]"],
    [
      "a payload",
      `{"alwayson_scripts": {"adetailer": {"args": [true, ${FACE}]}}}`,
      "alwayson_scripts.adetailer.args[1]",
    ],
    ["one unit", FACE, ""],
  ])("%s is read", (_what, text, path) => {
    expect(read(text).units).toMatchObject([
      { path, unit: { ad_model: "face_yolov8n.pt", ad_confidence: 0.3 } },
    ]);
  });

  it("former names of parameters are known", () => {
    const unit = '{"ad_model": "x.pt", "ad_tap_enable": false, "ad_mask_k_largest": 2}';
    expect(read(`[${unit}]`).units[0]?.unit).toMatchObject({ ad_tab_enable: false, ad_mask_k: 2 });
  });

  it("a payload says with which prompt, seed, checkpoint and size the picture is made", () => {
    const { steps, parsed } = importText(
      JSON.stringify({
        prompt: "a woman, <lora:skin:0.5> freckles",
        seed: 11,
        steps: 25,
        cfg_scale: 6,
        sampler_name: "DPM++ 2M",
        scheduler: "Karras",
        width: 832,
        height: 1216,
        override_settings: {
          sd_model_checkpoint: "a.safetensors",
          CLIP_stop_at_last_layers: 2,
          ad_dynamic_denoise_power: 1,
        },
        init_images: ["aGVsbG8="],
        alwayson_scripts: { ADetailer: { args: [{ ad_model: "face_yolov8n.pt" }] } },
      }),
    );
    expect(parsed.document.inputs).toMatchObject({
      prompt: { default: "a woman, freckles" },
      seed: { default: 11 },
    });
    expect(steps[1]).toMatchObject({
      guideSize: 1216,
      steps: 25,
      CFGScale: 6,
      scheduler: "DPM++ 2M Karras",
      clipSkip: 1,
      lora: [{ model: "skin", weight: 0.5 }],
      strength: "${clamp(0.4 * (1 - face.area), 0, 1)}",
      byProvider: { a1111: { model: "a.safetensors" } },
    });
  });

  it("what a payload asks for besides detailing is listed", () => {
    const payload = (args: unknown[], more: object) =>
      importText(JSON.stringify({ ...more, alwayson_scripts: { ADetailer: { args } } })).said.join("\n");
    const unit = { ad_model: "x.pt" };
    expect(payload([true, false, unit], { init_images: [""] })).toMatch(
      /init_images: .*img2img.*not imported/,
    );
    expect(payload([true, true, unit], { init_images: [""] })).not.toMatch(/img2img/);
    expect(payload([unit], { mask: "aGVsbG8=" })).toMatch(/mask: the payload's own mask is not imported/);
  });

  it("infotext has units by their number, quoted texts, and the picture's own settings", () => {
    const { steps } = importText(
      'a cat\nNegative prompt: dog\nSteps: 25, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 5, Size: 768x1088, Model: wai, Clip skip: 2, ADetailer model: face_yolov8n.pt, ADetailer prompt: "a, \\"b\\": c\\nd", ADetailer confidence: 0.4, ADetailer dilate/erode: 8, ADetailer inpaint only masked: False, ADetailer model 2nd: hand_yolov8n.pt, ADetailer mask only top k largest 2nd: 1, ADetailer ControlNet model 2nd: cn, ADetailer ControlNet guidance start/end 2nd: "(0.0, 0.5)", ADetailer version: 25.3.0, Version: v1.10',
    );
    expect(steps).toHaveLength(4);
    expect(steps[0]).toMatchObject({ model: "face_yolov8n", confidence: 0.4, maskPadding: 4 });
    expect(steps[1]).toMatchObject({
      positivePrompt: 'a, "b": c\nd',
      scheduler: expect.stringContaining("?? 'Euler a'}"),
      steps: "${clamp(inputs.image.meta.steps, 1, 200) ?? 25}",
    });
    expect(steps[1]).not.toHaveProperty("maskMargin");
    expect(steps[2]).toMatchObject({ model: "hand_yolov8n", select: { take: 1 } });
    expect(steps[3]).toMatchObject({ controlNet: [{ model: "cn", endStepPercentage: 50 }], maskMargin: 32 });
  });

  it("infotext whose prompt begins like JSON is infotext all the same", () => {
    const text = "[a|b] cat\nSteps: 20, ADetailer model: x.pt, ADetailer confidence: 0.7";
    expect(read(text)).toMatchObject({ what: "infotext", units: [{ unit: { ad_confidence: 0.7 } }] });
    expect(read('[{"ad_model": "x.pt", "ad_prompt": ", ADetailer model: y"}]').what).toBe("an args list");
  });

  it("settings of the whole page come from the web UI's config.json, and a payload's own win", () => {
    const payload = (override: object) =>
      JSON.stringify({
        override_settings: override,
        alwayson_scripts: { ADetailer: { args: [{ ad_model: "x.pt" }] } },
      });
    const config = { ad_bbox_sortby: "Position (left to right)" } as const;
    expect(importText(payload({}), config).steps[0]).toMatchObject({ select: { sort: "leftToRight" } });
    const own = importText(payload({ ad_bbox_sortby: "Position (center to edge)" }), config);
    expect(own.steps[0]).toMatchObject({ select: { sort: "centerToEdge" } });
  });

  it("finds chosen by one order and sorted by another keep the first, and that is said", () => {
    const { said } = importText('[{"ad_model": "x.pt", "ad_mask_k": 2}]', {
      ad_bbox_sortby: "Position (left to right)",
    });
    expect(said.join()).toMatch(/args\[0\]\.ad_mask_k: the 2 of ad_mask_k stay in the order/);
    const one = importText('[{"ad_model": "x.pt", "ad_mask_k": 1}]', {
      ad_bbox_sortby: "Position (left to right)",
    });
    expect(one.said.join()).not.toMatch(/ad_mask_k/);
  });
});

describe("faults", () => {
  it("are all told at once, with line, column and what was probably meant", () => {
    const text = `[true,
 {"ad_modl": "face_yolov8n.pt",
  "ad_confidence": 3, "ad_mask_k": -1},
 "x"]`;
    expect(() => read(text)).toThrow(
      [
        "args.json:2:3  [1].ad_modl: unknown parameter of ADetailer. Did you mean ad_model?",
        "args.json:3:20 [1].ad_confidence: Too big: expected number to be <=1.",
        "args.json:3:36 [1].ad_mask_k: Too small: expected number to be >=0.",
        "args.json:4:2  [2]: expected a unit: an object with ad_model, and what else differs from the defaults.",
      ].join("\n"),
    );
  });

  it.each([
    ["a list that is not closed", '[{"ad_model": "x"', /args\.json:1:\d+ expected JSON/],
    [
      "another file",
      '{"nodes": [], "links": []}',
      /expected ADetailer's args list.*received an object with nodes, links/,
    ],
    [
      "ratios that nothing can pass",
      '[{"ad_model":"x","ad_mask_min_ratio":0.5,"ad_mask_max_ratio":0.1}]',
      /nothing could pass/,
    ],
    [
      "a mistyped field of infotext",
      "Steps: 1, ADetailer model: a.pt, ADetailer confidnce: 1",
      /ADetailer confidnce: unknown.*Did you mean ADetailer confidence\?/,
    ],
    [
      "a setting out of its bounds",
      '{"override_settings": {"ad_dynamic_denoise_power": 11}, "alwayson_scripts": {"ADetailer": {"args": []}}}',
      /args\.json:1:\d+ override_settings\.ad_dynamic_denoise_power/,
    ],
  ])("%s is INPUT_INVALID", (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });
});
