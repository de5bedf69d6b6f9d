import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../../../src/engine/language/evaluate-expression.ts";
import { FUNCTION_NAMES } from "../../../src/engine/language/expression.ts";
import { parseExpression } from "../../../src/engine/language/parse-expression.ts";
import type { Scope, Value } from "../../../src/engine/language/value.ts";
import { MaskloomError } from "../../../src/errors.ts";

const scope: Scope = {
  inputs: { prompt: "a Face", strength: 0.4, on: true, off: false, none: null },
  steps: {
    faces: {
      count: 2,
      detections: [
        { score: 0.9, label: "face" },
        { score: null, label: "face" },
      ],
    },
    skipped: { image: "uuid" },
  },
};

function evaluate(text: string, names: Scope = scope): Value {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new MaskloomError("WORKFLOW_INVALID", `${parsed.at}: ${parsed.fault}`);
  return evaluateExpression(parsed.node, names);
}

describe("the value of an expression", () => {
  it.each<[string, Value]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 2 - 3", 5],
    ["12 / 3 / 2", 2],
    ["-2 * -3", 6],
    ["- -2", 2],
    ["2 - -2", 4],
    ["1e3 + 0.5", 1000.5],
    ["1 + 2 < 4", true],
    ["(1 < 2) == true", true],
    ["not 1 == 2", true],
    ["not true or true", true],
    ["true or false and false", true],
    ["false and true or true", true],
    ["1 < 2 and 2 < 3", true],
    ["inputs.none ?? 1 + 2", 3],
    ["inputs.none ?? 5 < 4", false],
    ["inputs.none ?? inputs.absent ?? 7", 7],
    ["inputs.off ?? 7", false],
    ["true ? false ? 1 : 2 : 3", 2],
    ["false ? 1 : true ? 2 : 3", 2],
    ["inputs.on ? inputs.prompt : 0", "a Face"],
    ['"it\'s"', "it's"],
    ["'a\\n\\'b\\\\'", "a\n'b\\"],
    ["'a' + 'b' + 1", "ab1"],
    ["'a' < 'b'", true],
    ["steps.faces.detections[1].score", 0.9],
    ["steps.faces.detections.1.score", 0.9],
    ["steps.faces.detections[2].score", null],
    ["min(3, 1, 2)", 1],
    ["max(3, 1, 2)", 3],
    ["clamp(0.55 - 0.3 * 2, 0.2, 0.55)", 0.2],
    ["clamp(7, 0, 5)", 5],
    ["round(2.5)", 3],
    ["round(-2.5)", -3],
    ["round(1.005, 2)", 1.01],
    ["round(0.1 + 0.2, 5)", 0.3],
    ["len('añ😀')", 3],
    ["len(steps.faces.detections)", 2],
    ["lower(inputs.prompt)", "a face"],
    ["contains(inputs.prompt, 'Face')", true],
    ["contains(steps.faces.detections, 1)", false],
    ["null", null],
    ["len(lower('A' + 'B')) + 1", 3],
  ])("%s is %j", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  it("is evaluated only where it counts", () => {
    expect(evaluate("false and 1 / 0 > 1")).toBe(false);
    expect(evaluate("true or 1 / 0 > 1")).toBe(true);
    expect(evaluate("1 ?? 1 / 0")).toBe(1);
    expect(evaluate("true ? 1 : 1 / 0")).toBe(1);
  });
});

describe("null", () => {
  it.each(["<", "<=", ">", ">="])("makes a comparison by %s false, on either side", (operator) => {
    expect(evaluate(`inputs.none ${operator} 1`)).toBe(false);
    expect(evaluate(`1 ${operator} inputs.none`)).toBe(false);
    expect(evaluate(`inputs.none ${operator} inputs.none`)).toBe(false);
  });

  it("equals nothing but null", () => {
    expect(evaluate("steps.faces.detections[2].score == null")).toBe(true);
    expect(evaluate("steps.faces.detections[1].score != null")).toBe(true);
    expect(evaluate("inputs.none == 0")).toBe(false);
    expect(evaluate("inputs.none == false")).toBe(false);
  });

  it("keeps a rule about an unknown score from holding", () => {
    const rule = "steps.faces.detections[2].score != null and steps.faces.detections[2].score < 0.4";
    expect(evaluate(rule)).toBe(false);
  });

  it("stays null through arithmetic and functions", () => {
    for (const text of [
      "inputs.none + 1",
      "-inputs.none",
      "round(inputs.none)",
      "lower(inputs.none)",
      "max(1, inputs.none)",
    ]) {
      expect(evaluate(text)).toBeNull();
    }
  });
});

describe("what is absent", () => {
  it.each([
    "inputs.absent",
    "steps.faces.detections[3].score",
    "steps.skipped.maskImage",
    "inputs.prompt.length",
    "nobody",
  ])("%s is undefined, which is not null", (text) => {
    expect(evaluate(text)).toBeUndefined();
    expect(evaluate(`${text} ?? 'else'`)).toBe("else");
  });

  it("stays absent through arithmetic and functions, also beside null", () => {
    for (const text of [
      "inputs.absent + 1",
      "-inputs.absent",
      "max(null, inputs.absent)",
      "len(inputs.absent)",
    ]) {
      expect(evaluate(text)).toBeUndefined();
    }
  });

  it("counts as false and equals null", () => {
    expect(evaluate("not inputs.absent")).toBe(true);
    expect(evaluate("inputs.absent == null")).toBe(true);
    expect(evaluate("inputs.absent < 1 or inputs.absent >= 1")).toBe(false);
    expect(evaluate("contains(inputs.absent, 'a')")).toBe(false);
  });

  it("is told with the path that was looked for", () => {
    const parsed = parseExpression("steps.skipped.maskImage ?? inputs.absent");
    const absent: unknown[] = [];
    if (parsed.ok) evaluateExpression(parsed.node, scope, (path) => absent.push(path));
    expect(absent).toEqual([
      ["steps", "skipped", "maskImage"],
      ["inputs", "absent"],
    ]);
  });

  it.each([
    "inputs.constructor",
    "inputs.__proto__",
    "inputs.__proto__.polluted",
    "inputs.prompt.constructor",
    "steps.faces.detections.length",
    "steps.faces.detections.map",
    "constructor",
    "toString",
    "hasOwnProperty",
  ])("includes what JavaScript objects inherit: %s", (text) => {
    expect(evaluate(text)).toBeUndefined();
  });
});

describe("an expression that cannot be read", () => {
  it.each([
    ["", 0, "expected an expression, received nothing"],
    ["1 +", 3, "expected a value, received the end"],
    ["1 2", 2, 'unexpected "2"'],
    ["(1", 2, 'expected a closing ")", received the end'],
    ["a ? b", 5, 'expected the ":" of a choice, received the end'],
    ["1 < 2 < 3", 6, 'comparisons do not chain: write "a < b and b < c"'],
    ["a == b == c", 7, 'comparisons do not chain: write "a < b and b < c"'],
    ["a && b", 2, '"&&" is written "and" here'],
    ["a || b", 2, '"||" is written "or" here'],
    ["!a", 0, '"!" is written "not" here'],
    ["a = b", 2, '"=" is written "==" here'],
    ["a % b", 2, 'unexpected character "%"'],
    ["a 😀", 2, 'unexpected character "😀"'],
    [".5", 0, 'expected a value, received "."'],
    ["a.", 2, 'expected a name or an index after ".", received the end'],
    ["a[0]", 2, "indices count from 1, received 0"],
    ["a[1.5]", 2, 'expected an index such as [1], received "1.5"'],
    ["a[b]", 2, 'expected an index such as [1], received "b"'],
    ["a[1", 3, 'expected a closing "]", received the end'],
    ["'abc", 0, "the text that starts here has no closing '"],
    ["'a\\q'", 2, 'unknown escape "\\q" in a text'],
    ["and", 0, 'expected a value, received "and"'],
    ["inputs.f(1)", 0, "only these can be called: min, max, clamp, round, len, lower, contains"],
    ["eval(1)", 0, 'there is no function "eval". There are: min, max, clamp, round, len, lower, contains.'],
    [
      "rounf(1)",
      0,
      'there is no function "rounf". There are: min, max, clamp, round, len, lower, contains. Did you mean round?',
    ],
    [
      "constructor(1)",
      0,
      'there is no function "constructor". There are: min, max, clamp, round, len, lower, contains.',
    ],
    ["min()", 0, "expected min(a, b, …), received 0 values"],
    ["round(1, 2, 3)", 0, "expected round(value, digits), received 3 values"],
    ["min(1,)", 6, 'expected a value, received ")"'],
    ["min(1 2)", 6, 'expected "," or ")", received "2"'],
    ["1 }", 2, 'unexpected character "}"'],
  ])("%s: at %i, %s", (text, at, fault) => {
    expect(parseExpression(text)).toEqual({ ok: false, at, fault });
  });

  it("is longer than 4000 characters or nested deeper than 50", () => {
    expect(parseExpression("1+".repeat(2000).concat("1"))).toMatchObject({
      fault: "expected at most 4000 characters, received 4001",
    });
    for (const open of ["(", "-", "not ", "1 ?? ", "true ? ", "round("]) {
      expect(parseExpression(open.repeat(51))).toMatchObject({ fault: "nested more than 50 deep" });
    }
    expect(evaluate("1+".repeat(1999).concat("1"))).toBe(2000);
    expect(evaluate(`${"(".repeat(20)}1${")".repeat(20)}`)).toBe(1);
  });
});

describe("values that do not fit", () => {
  it.each([
    ["1 + true", 'character 3: "+" expected two numbers, received 1 and true'],
    ["'a' * 2", 'character 5: "*" expected two numbers, received text "a" and 2'],
    ["'a' + steps", 'character 5: "+" expected texts or numbers, received text "a" and a mapping'],
    ["-'a'", 'character 1: "-" expected a number, received text "a"'],
    ["1 < 'a'", 'character 3: "<" expected two numbers or two texts, received 1 and text "a"'],
    ["1 and true", "character 1: expected true or false, received 1"],
    ["inputs.prompt and true", 'inputs.prompt: expected true or false, received text "a Face"'],
    ["not 0", "character 5: expected true or false, received 0"],
    ["'x' ? 1 : 2", 'character 1: expected true or false, received text "x"'],
    ["1 / 0", "character 3: the result is not a finite number (division by zero?)"],
    ["round('a')", 'character 1: round: expected a number, received text "a"'],
    ["round(1, 99)", "character 1: round: expected 0 to 12 digits, received 99"],
    ["len(5)", "character 1: len: expected a text or a list, received 5"],
    ["lower(steps.faces.detections)", "character 1: lower: expected a text, received a list of 2"],
    ["contains(1, 1)", "character 1: contains: expected a text or a list, received 1"],
    ["contains('1', 1)", "character 1: contains: expected a text to look for, received 1"],
  ])("%s", (text, message) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: "INPUT_INVALID", message }));
  });
});

describe("whatever is written", () => {
  const words = [
    ...FUNCTION_NAMES.map((name) => `${name}(`),
    ..."inputs. steps. faces count [1] [2] .1 ( ) , ? : ?? + - * / == != < <= > >= and or not true null 'a' 0 1.5 1e308 constructor __proto__".split(
      " ",
    ),
  ];

  it("an expression is read or refused with a place inside it, and evaluates to data or a MaskloomError", () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((some) => some.join(" ")),
      fc.string({ maxLength: 30, unit: "binary" }),
    );
    fc.assert(
      fc.property(text, (some) => {
        const parsed = parseExpression(some);
        if (!parsed.ok) {
          expect(parsed.at).toBeGreaterThanOrEqual(0);
          expect(parsed.at).toBeLessThanOrEqual(some.length);
          return;
        }
        try {
          expect(["function", "symbol", "bigint"]).not.toContain(
            typeof evaluateExpression(parsed.node, scope),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(MaskloomError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("sums and products come out as JavaScript computes them", () => {
    const number = fc.integer({ min: -99, max: 99 });
    const sum = fc.array(fc.tuple(fc.constantFrom("+", "-", "*"), number), { maxLength: 8 });
    fc.assert(
      fc.property(number, sum, (first, rest) => {
        const text = rest.reduce(
          (so, [operator, next]) => `${so} ${operator} ${next < 0 ? `(${next})` : next}`,
          `${first}`,
        );
        const terms = [first];
        for (const [operator, next] of rest) {
          if (operator === "*") terms.push((terms.pop() ?? 0) * next);
          else terms.push(operator === "-" ? -next : next);
        }
        const expected = terms.reduce((so, term) => so + term, 0);
        expect(evaluate(text)).toBeCloseTo(expected, 6);
      }),
      { numRuns: 200 },
    );
  });

  it("nothing is ever written to the scope or to Object.prototype", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const frozen = Object.freeze({ inputs: Object.freeze({ a: 1 }) });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("inputs", ".__proto__", ".constructor", ".prototype", ".a"), {
          maxLength: 6,
        }),
        (parts) => {
          const parsed = parseExpression(`inputs${parts.slice(1).join("")}`);
          if (parsed.ok) evaluateExpression(parsed.node, frozen);
        },
      ),
      { numRuns: 100 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});
