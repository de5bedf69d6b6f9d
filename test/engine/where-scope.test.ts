import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../../src/engine/language/evaluate-expression.ts";
import { parseExpression } from "../../src/engine/language/parse-expression.ts";
import { whereScopeOf } from "../../src/engine/where-scope.ts";

const SCOPE = {
  inputs: { least: 0.4, image: { uuid: "a", meta: { seed: 7, model: null } } },
  run: { uuid: "never the same twice" },
  steps: {
    faces: {
      count: 2,
      detections: [
        { score: 0.9, box: { x: 3 } },
        { score: 0.5, box: { x: 4 } },
      ],
    },
    skipped: {},
  },
};

describe("the values that a condition on detections takes along", () => {
  it("are those of the outer names it refers to, and no others: a detection's own fields are not among them", () => {
    expect(whereScopeOf("score > inputs.least and area < 0.5", SCOPE)).toEqual({ inputs: { least: 0.4 } });
    expect(whereScopeOf("score > 0.5 and box.width > 3 and roll == null", SCOPE)).toBeNull();
  });

  it("keep items of lists under their number, and nothing where there is nothing", () => {
    expect(
      whereScopeOf("score >= steps.faces.detections[2].score or steps.skipped.count > 1", SCOPE),
    ).toEqual({
      steps: { faces: { detections: { 2: { score: 0.5 } } } },
    });
  });

  it("hold a whole that is asked for beside one of its parts", () => {
    const both = "contains(inputs.list, label) and inputs.list[1] == label";
    const scope = { inputs: { list: ["face", "hand"] } };
    expect(whereScopeOf(both, scope)).toEqual({ inputs: { list: ["face", "hand"] } });
  });

  it("let the condition be what it would be with all names in sight", () => {
    const path = fc.constantFrom(
      "inputs.least",
      "inputs.image.meta.seed",
      "inputs.image.meta.model",
      "inputs.nothing",
      "steps.faces.count",
      "steps.faces.detections[1].score",
      "steps.faces.detections[2].box.x",
      "steps.faces.detections[3].score",
      "steps.skipped.count",
      "score",
      "area",
    );
    const comparison = fc
      .tuple(path, fc.constantFrom("<", ">=", "==", "!="), path)
      .map(([a, sign, b]) => `${a} ${sign} ${b}`);
    const condition = fc
      .array(comparison, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(" and not "));
    fc.assert(
      fc.property(condition, (text) => {
        const parsed = parseExpression(text);
        if (!parsed.ok) return expect.unreachable(parsed.fault);
        const detection = { score: 0.5, area: 0.01 };
        const all = evaluateExpression(parsed.node, { ...SCOPE, ...detection });
        const taken = evaluateExpression(parsed.node, { ...(whereScopeOf(text, SCOPE) ?? {}), ...detection });
        expect(taken).toEqual(all);
      }),
    );
  });
});
