import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/contracts/json.ts";
import { evaluateTemplate, parseTemplate } from "../../../src/engine/language/template.ts";

const scope = {
  inputs: { prompt: "a face", strength: 0.4, on: true, none: null, evil: "${inputs.prompt}" },
  steps: {
    faces: { detections: [{ label: "face" }], count: 1 },
    eyes: { image: "uuid", maskImage: undefined },
  },
};

describe("a template", () => {
  it.each<[JsonValue, JsonValue]>([
    ["${inputs.strength}", 0.4],
    ["  ${inputs.strength}\n", 0.4],
    ["${inputs.on}", true],
    ["${inputs.none}", null],
    ["${steps.faces.detections}", [{ label: "face" }]],
    ["${'a'}${'b'}", "ab"],
    ["${inputs.prompt}, detailed", "a face, detailed"],
    ["${steps.faces.count} of ${steps.faces.count + 1}", "1 of 2"],
    ["on: ${inputs.on}, none: ${inputs.none}.", "on: true, none: ."],
    ["a } in ${'a } text'} is no end", "a } in a } text is no end"],
    ["$${inputs.prompt} costs $5", "${inputs.prompt} costs $5"],
    ["$$${inputs.prompt}", "$${inputs.prompt}"],
    ["{curly} and $ alone", "{curly} and $ alone"],
    ["", ""],
    [3, 3],
    [null, null],
    [
      { a: ["${inputs.strength}", { b: "x${1}" }], "${c}": true },
      { a: [0.4, { b: "x1" }], "${c}": true },
    ],
  ])("%j becomes %j", (template, value) => {
    expect(evaluateTemplate(template, scope)).toEqual(value);
  });

  it("is absent as a whole where one of its expressions is", () => {
    expect(evaluateTemplate("${inputs.absent}", scope)).toBeUndefined();
    expect(evaluateTemplate("a ${inputs.absent} face", scope)).toBeUndefined();
    expect(evaluateTemplate("a ${inputs.absent ?? 'nice'} face", scope)).toBe("a nice face");
  });

  it("tells what a skipped step cannot have from null", () => {
    const evaluated = evaluateTemplate(
      { maskImage: "${steps.eyes.maskImage}", seedImage: "${steps.eyes.image}", seed: "${inputs.none}" },
      scope,
    );
    expect(evaluated).toStrictEqual({ maskImage: undefined, seedImage: "uuid", seed: null });
    expect(evaluateTemplate(["a", "${inputs.absent}", "b"], scope)).toEqual(["a", "b"]);
  });

  it("reports which paths were absent", () => {
    const absent: unknown[] = [];
    evaluateTemplate({ a: "${steps.eyes.maskImage}", b: "${inputs.prompt}" }, scope, (path) =>
      absent.push(path),
    );
    expect(absent).toEqual([["steps", "eyes", "maskImage"]]);
  });

  it("never evaluates what a value contains", () => {
    expect(evaluateTemplate("${inputs.evil}", scope)).toBe("${inputs.prompt}");
    expect(evaluateTemplate("x ${inputs.evil}", scope)).toBe("x ${inputs.prompt}");
  });

  it("refuses to write a list or a record into a text", () => {
    expect(() => evaluateTemplate("faces: ${steps.faces.detections}", scope)).toThrow(
      '"faces: ${steps.faces.detections}": expected a text or a number to write, received a list of 1',
    );
  });

  it("names itself and the place when values do not fit", () => {
    expect(() => evaluateTemplate("${inputs.prompt * 2}", scope)).toThrow(
      '"${inputs.prompt * 2}": character 17: "*" expected two numbers, received text "a face" and 2',
    );
  });

  it("that cannot be read says where", () => {
    expect(parseTemplate("abc ${1 +} def")).toEqual({
      ok: false,
      at: 9,
      fault: "expected a value, received the end",
    });
    expect(parseTemplate("abc ${1")).toEqual({
      ok: false,
      at: 7,
      fault: 'expected "}" at the end of the expression',
    });
    expect(() => evaluateTemplate("${", {})).toThrow(expect.objectContaining({ code: "WORKFLOW_INVALID" }));
  });

  it("leaves any data without expressions as it is", () => {
    const text = fc.string().filter((some) => !some.includes("${"));
    const data = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        text,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(data, (value) => {
        expect(evaluateTemplate(value, scope)).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it("gives back any text that was escaped", () => {
    const part = fc.oneof(fc.constantFrom("${", "$", "{", "}"), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        expect(
          evaluateTemplate(
            text.replaceAll("${", () => "$${"),
            scope,
          ),
        ).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
