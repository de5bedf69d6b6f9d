import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../../../src/engine/language/evaluate-expression.ts";
import { type ExpressionNode, FUNCTION_NAMES } from "../../../src/engine/language/expression.ts";
import { formatExpression } from "../../../src/engine/language/format-expression.ts";
import { parseExpression } from "../../../src/engine/language/parse-expression.ts";
import {
  literalNode,
  pathNode,
  type Replacement,
  rewriteText,
} from "../../../src/engine/language/rewrite-text.ts";
import { evaluateTemplate, parseTemplate } from "../../../src/engine/language/template.ts";

const text = fc.string({
  unit: fc.constantFrom("a", "'", '"', "\\", "\n", "$", "{", "}", "ß"),
  maxLength: 6,
});
const literal = fc
  .oneof(text, fc.boolean(), fc.constant(null), fc.integer({ min: -9, max: 9 }), fc.constantFrom(0.25, 1e-7))
  .map(literalNode);
const path = fc
  .constantFrom(["inputs", "a"], ["inputs", "b"], ["steps", "c", 2, "d"])
  .map((parts) => pathNode(...parts));

const { node } = fc.letrec<{ node: ExpressionNode }>((tie) => {
  const child = tie("node");
  return {
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      literal,
      path,
      fc
        .tuple(fc.constantFrom("+", "<=", "==", "and", "or", "??", "-", "*"), child, child)
        .map(([operator, left, right]): ExpressionNode => ({ kind: "binary", at: 0, operator, left, right })),
      fc
        .tuple(fc.constantFrom("-", "not"), child)
        .map(([operator, operand]): ExpressionNode => ({ kind: "unary", at: 0, operator, operand })),
      fc
        .array(child, { minLength: 2, maxLength: 2 })
        .map((parameters): ExpressionNode => ({ kind: "call", at: 0, name: FUNCTION_NAMES[0], parameters })),
    ),
  };
});

const scope = { inputs: { a: 3, b: "text" }, steps: { c: [0, { d: true }] } };

/** What it comes to, faults included: a fault is as much of an answer as a value. */
function outcome(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch {
    return "fault";
  }
}

describe("an expression that is written out", () => {
  it("comes to the same when it is read again", () => {
    fc.assert(
      fc.property(node, (tree) => {
        const parsed = parseExpression(formatExpression(tree));
        if (!parsed.ok) throw new Error(`${formatExpression(tree)}: ${parsed.fault}`);
        expect(outcome(() => evaluateExpression(parsed.node, scope))).toEqual(
          outcome(() => evaluateExpression(tree, scope)),
        );
      }),
    );
  });

  it("keeps choices whole", () => {
    for (const written of ["(a ? b : c) ? d : e", "a ? b : (c ? d : e)", "not (a and b)", "-(1 - 2) * 3"]) {
      const parsed = parseExpression(written);
      const again = parsed.ok ? parseExpression(formatExpression(parsed.node)) : parsed;
      expect(again.ok && parsed.ok && formatExpression(again.node) === formatExpression(parsed.node)).toBe(
        true,
      );
    }
  });
});

describe("a text whose references are replaced", () => {
  const rewrite = (written: string, by: Replacement, bare = false) =>
    rewriteText({ path: ["strength"], text: written, bare }, ([, name]) => (name === "x" ? by : null));
  const parts = (template: string): Replacement => {
    const parsed = parseTemplate(template);
    return parsed.ok ? parsed.parts : literalNode(null);
  };

  it("means with the replacement what it meant with its value", () => {
    const templates = fc.constantFrom(
      "${inputs.x}",
      "a ${inputs.x}!",
      "$${x} ${inputs.x} ${inputs.b}",
      "${inputs.x + '.'}",
    );
    fc.assert(
      fc.property(templates, text, (template, value) => {
        const rewritten = rewrite(template, literalNode(value));
        expect(evaluateTemplate(rewritten, scope)).toBe(
          evaluateTemplate(template, { inputs: { ...scope.inputs, x: value } }),
        );
      }),
    );
  });

  it.each([
    ["${inputs.x}", literalNode(0.4), 0.4],
    ["${inputs.x}", literalNode(true), true],
    ["${inputs.x}", literalNode("$" + "{a}"), "$${a}"],
    ["${inputs.x}", literalNode(null), "${null}"],
    ["${inputs.x * 2}", pathNode("inputs", "y"), "${inputs.y * 2}"],
    ["a ${inputs.x}", parts("dark ${inputs.y} one"), "a dark ${inputs.y} one"],
    ["${lower(inputs.x)}", parts("dark ${inputs.y}"), "${lower(('' + 'dark ') + (inputs.y ?? ''))}"],
    ["${inputs.x}${inputs.y}", literalNode("5$"), "5${'$'}${inputs.y}"],
    ["${inputs.other} stays, ${ 1+1 }", literalNode(1), "${inputs.other} stays, ${ 1+1 }"],
  ])("%s", (written, by, rewritten) => {
    expect(rewrite(written, by)).toBe(rewritten);
  });

  it("stays without braces where it had none", () => {
    expect(rewrite("area > inputs.x", literalNode(0.1), true)).toBe("area > 0.1");
  });
});
