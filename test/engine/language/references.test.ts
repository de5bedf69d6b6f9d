import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkWorkflow, parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { stepNeeds } from "../../../src/engine/language/references.ts";

const file = "my.yaml";

function needsOf(text: string): Record<string, readonly string[]> {
  return Object.fromEntries(stepNeeds(parseWorkflow(text, { file }).document));
}

const MASKS = `
maskloom: 1
name: masks
inputs: { image: { type: image }, n: { type: integer, default: 1 } }
steps:
  - { id: a, task: imageMasking, inputImage: "\${inputs.image}", model: m }
  - { id: b, task: imageMasking, inputImage: "\${inputs.image}", model: m }
`;

describe("a mask made of masks", () => {
  it.each([
    [
      "laid on each other",
      'task: composite, base: "${steps.a.maskImage}", over: "${steps.b.maskImage}", mask: "${steps.b.maskImage}"',
    ],
    ["made larger", 'task: resize, image: "${steps.a.maskImage ?? steps.b.maskImage}", width: 64'],
  ])("may be repainted through: %s", (_what, fields) => {
    const text = `${MASKS}  - { id: joined, ${fields} }
  - { id: c, task: imageInference, model: x, seedImage: "\${inputs.image}", maskImage: "\${steps.joined.image}" }
output: "\${steps.c.image}"
`;
    expect(needsOf(text)["c"]).toEqual(["joined"]);
  });
});

describe("what a step needs", () => {
  it("is every step that it refers to, wherever it does, in the order of the document", () => {
    const step = (
      fields: string,
    ) => `${MASKS}  - { id: c, task: imageInference, model: x, seedImage: "\${inputs.image}", ${fields} }
output: "\${steps.c.image}"
`;
    expect(needsOf(step('maskImage: "${steps.b.maskImage}"'))).toEqual({ a: [], b: [], c: ["b"] });
    expect(needsOf(step('maskImage: "${steps.b.maskImage ?? steps.a.maskImage}"'))["c"]).toEqual(["a", "b"]);
    expect(needsOf(step('if: "${steps.a.count > 1}"'))["c"]).toEqual(["a"]);
    expect(needsOf(step('positivePrompt: "${steps.a.count} of ${steps.b.count}"'))["c"]).toEqual(["a", "b"]);
    expect(needsOf(step('settings: { deep: [{ er: "${steps.a.count}" }] }'))["c"]).toEqual(["a"]);
    expect(needsOf(step('byProvider: { runware: { strength: "${steps.a.count / 10}" } }'))["c"]).toEqual([
      "a",
    ]);
    expect(needsOf(step('rules: [{ when: "steps.a.count > 1", strength: 0.1 }]'))["c"]).toEqual(["a"]);
    expect(
      needsOf(
        step(
          'forEach: "${steps.b.detections}", as: face, maskImage: "${steps.b.maskImage}", strength: "${face.area}"',
        ),
      )["c"],
    ).toEqual(["b"]);
    expect(needsOf(step("needs: [a]"))["c"]).toEqual(["a"]);
    expect(needsOf(step('needs: [a], maskImage: "${steps.a.maskImage}"'))["c"]).toEqual(["a"]);
    expect(needsOf(step("strength: 0.5"))["c"]).toEqual([]);
  });

  it("includes the mask a selection is confined to, and what a bare where refers to", () => {
    const text = `${MASKS}  - id: c
    task: imageMasking
    inputImage: \${inputs.image}
    model: m
    within: \${steps.b.maskImage}
    select: { where: "area > 0.1 and index <= steps.a.count" }
output: \${steps.c.maskImage}
`;
    expect(needsOf(text)["c"]).toEqual(["a", "b"]);
  });

  it("is not what an escaped text only looks like", () => {
    const text = `${MASKS}  - { id: c, task: imageInference, model: x, seedImage: "\${inputs.image}", positivePrompt: "$\${steps.a.count}" }
output: "\${steps.c.image}"
`;
    expect(needsOf(text)["c"]).toEqual([]);
  });
});

describe("a cycle", () => {
  const ring = (length: number) => {
    const steps = Array.from({ length }, (_, at) => {
      return `  - { id: s${at}, task: imageMasking, inputImage: "\${steps.s${(at + 1) % length}.image}", model: m }`;
    });
    return `maskloom: 1\nname: ring\ninputs: { image: { type: image } }\nsteps:\n${steps.join("\n")}\noutput: "\${steps.s0.image}"\n`;
  };

  it("is named whole, at each reference that points down", () => {
    const checked = checkWorkflow(ring(3), { file });
    expect(checked.ok ? [] : checked.faults.map(({ message }) => message)).toEqual([
      '${steps.s1.image} refers to step "s1", which makes a cycle: s0 -> s1 -> s2 -> s0.',
      '${steps.s2.image} refers to step "s2", which makes a cycle: s1 -> s2 -> s0 -> s1.',
    ]);
  });

  it("is found among many steps that all refer to each other", () => {
    const ids = Array.from({ length: 60 }, (_, at) => `s${at}`);
    const steps = ids.map((id) => {
      const others = ids.filter((one) => one !== id).map((one) => `steps.${one}.count`);
      return `  - { id: ${id}, task: imageMasking, inputImage: "\${inputs.image}", model: m, confidence: "\${max(${others.slice(0, 20).join(",")})}" }`;
    });
    const text = `maskloom: 1\nname: mesh\ninputs: { image: { type: image } }\nsteps:\n${steps.join("\n")}\noutput: "\${steps.s0.image}"\n`;
    const checked = checkWorkflow(text, { file });
    expect(
      checked.ok ? [] : checked.faults.filter(({ message }) => message.includes("cycle")).length,
    ).toBeGreaterThan(0);
  });
});

describe("the examples of the documentation", () => {
  const page = readFileSync(new URL("../../../docs/workflow-language.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/```yaml\n(maskloom: 1[\s\S]*?)```/g)].map(([, text]) => text ?? "");

  it("are at least three and all parse", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const text of examples)
      expect(parseWorkflow(text, { file: "docs" }).document.steps.length).toBeGreaterThan(0);
  });
});
