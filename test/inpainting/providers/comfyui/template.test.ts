import { describe, expect, it } from "vitest";
import type { ApiGraph } from "../../../../src/inpainting/providers/comfyui/comfyui-wire.ts";
import { createTemplate, fillTemplate } from "../../../../src/inpainting/providers/comfyui/template.ts";
import { sd15Inpaint } from "../../../../src/inpainting/providers/comfyui/templates/sd15-inpaint.ts";

const graph = (inputs: Readonly<Record<string, unknown>>, more: ApiGraph = {}): ApiGraph => ({
  "1": { class_type: "LoadImage", inputs: { image: "{{mask}}" } },
  "2": { class_type: "Painter", inputs: { ...inputs } },
  "9": { class_type: "SaveImage", inputs: { images: ["2", 0] } },
  ...more,
});
const filled = (inputs: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>> = {}) =>
  fillTemplate(createTemplate("mine", graph(inputs)), { mask: "m.png", ...values })["2"]?.inputs;

describe("a template", () => {
  it("keeps numbers numbers, and writes values into longer texts", () => {
    expect(
      filled(
        { steps: "{{steps}}", text: "a {{animal}}, {{steps}} times", list: ["{{animal}}", 3] },
        { steps: 12, animal: "cat" },
      ),
    ).toEqual({ steps: 12, text: "a cat, 12 times", list: ["cat", 3] });
  });

  it("has what it needs where nothing is given", () => {
    expect(
      filled({ cfg: "{{CFGScale|7.5}}", text: "{{positivePrompt|}}", name: "{{sampler|euler}}" }),
    ).toEqual({
      cfg: 7.5,
      text: "",
      name: "euler",
    });
  });

  it("says what is missing, and what it may have been meant for", () => {
    expect(() => filled({ steps: "{{stepz}}" })).toThrow(
      /mine: nothing is given for \{\{stepz\}\}.*Did you mean steps\?/,
    );
  });

  it("leaves links and texts without names alone, and itself unchanged", () => {
    const authored = graph({ model: ["1", 0], text: "{ {steps} } $steps" });
    const before = structuredClone(authored);
    const template = createTemplate("mine", authored, { steps: "2.text" });
    fillTemplate(template, { mask: "m", steps: 3 });
    expect(authored).toEqual(before);
    expect(filled({ model: ["1", 0], text: "{ {steps} } $steps" })).toEqual({
      model: ["1", 0],
      text: "{ {steps} } $steps",
    });
  });

  it("stays as it was exported where its inputs are named beside it; what stands there is the default", () => {
    const exported = graph(
      { steps: 20, text: "a cat" },
      { "1": { class_type: "LoadImage", inputs: { image: "photo.png" } } },
    );
    const template = createTemplate("mine", exported, {
      mask: "1.image",
      steps: "2.steps",
      positivePrompt: "2.text",
    });
    expect([...template.names].sort()).toEqual(["mask", "positivePrompt", "steps"]);
    const { "1": load, "2": painter } = fillTemplate(template, { mask: "m.png", positivePrompt: "a dog" });
    expect([load?.inputs, painter?.inputs]).toEqual([{ image: "m.png" }, { steps: 20, text: "a dog" }]);
    expect(() => createTemplate("mine", exported, { mask: "7.image" })).toThrow(
      /such as 3\.steps, got 7\.image.*2 \(Painter\)/,
    );
  });

  it("answers with its one output, or with the one that is called result", () => {
    const two = { "8": { class_type: "PreviewImage", inputs: {} } };
    expect(createTemplate("mine", graph({})).result).toBe("9");
    expect(() => createTemplate("mine", graph({}, two))).toThrow(
      /expected one PreviewImage or SaveImage.*found 2/,
    );
    const titled = { "8": { class_type: "PreviewImage", inputs: {}, _meta: { title: "Result" } } };
    expect(createTemplate("mine", graph({}, titled)).result).toBe("8");
  });

  it("repeats a node for each of a list, leaves it out for none, and keeps one that stands by itself", () => {
    const lora = (name: string): ApiGraph => ({
      "5": { class_type: "LoraLoader", inputs: { lora_name: name, model: ["1", 0], clip: ["1", 1] } },
    });
    const nodesOf = (
      template: ReturnType<typeof createTemplate>,
      values: Readonly<Record<string, unknown>>,
    ) => {
      const { "1": _load, "9": _save, ...nodes } = fillTemplate(template, { mask: "m.png", ...values });
      return Object.entries(nodes).map(([id, { inputs }]) => [id, inputs["lora_name"], inputs["model"]]);
    };
    const bare = createTemplate("mine", graph({ model: ["5", 0] }, lora("{{lora.model}}")));
    expect(nodesOf(bare, {})).toEqual([["2", undefined, ["1", 0]]]);
    expect(nodesOf(bare, { lora: [{ model: "a" }, { model: "b" }] })).toEqual([
      ["2", undefined, ["5_2", 0]],
      ["5", "a", ["1", 0]],
      ["5_2", "b", ["5", 0]],
    ]);
    const inputs = { "lora.model": "5.lora_name" };
    const exported = createTemplate("mine", graph({ model: ["5", 0] }, lora("own.safetensors")), inputs);
    expect(nodesOf(exported, {})).toEqual([
      ["2", undefined, ["5", 0]],
      ["5", "own.safetensors", ["1", 0]],
    ]);
  });

  it("must be given the mask", () => {
    const blind = { "1": { class_type: "SaveImage", inputs: { text: "{{steps}}" } } };
    expect(() => createTemplate("mine", blind)).toThrow(/expected \{\{mask\}\}.*found steps/);
  });

  it("of Stable Diffusion takes every field that a step has for it", () => {
    const { names, result } = createTemplate("sd15-inpaint", sd15Inpaint);
    for (const name of [
      "checkpoint",
      "image",
      "mask",
      "positivePrompt",
      "negativePrompt",
      "seed",
      "steps",
      "CFGScale",
      "strength",
    ]) {
      expect(names).toContain(name);
    }
    expect(sd15Inpaint[result]?.class_type).toBe("PreviewImage");
  });
});
