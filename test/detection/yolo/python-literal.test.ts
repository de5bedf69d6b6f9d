import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePythonLiteral } from "../../../src/detection/yolo/python-literal.ts";

describe("parsePythonLiteral", () => {
  it.each<[string, unknown]>([
    ["{0: 'person', 1: 'bicycle'}", { 0: "person", 1: "bicycle" }],
    [
      `{0: "hen's egg", 1: 'say "hi"', 2: 'both \\' and "'}`,
      { 0: "hen's egg", 1: 'say "hi"', 2: "both ' and \"" },
    ],
    [
      "{'batch': 1, 'half': False, 'opset': None, 'nms': True}",
      { batch: 1, half: false, opset: null, nms: true },
    ],
    ["[640, 480]", [640, 480]],
    ["(1.5, -2, 1e-3, )", [1.5, -2, 0.001]],
    ["['a', 'b',]", ["a", "b"]],
    [
      "{0: 'caf\\xe9', 1: '\\u624b', 2: 'tab\\there', 3: 'back\\\\slash'}",
      { 0: "café", 1: "手", 2: "tab\there", 3: "back\\slash" },
    ],
    [" 32 ", 32],
    ["{}", {}],
    ["[]", []],
    ["{'__proto__': 1}", Object.fromEntries([["__proto__", 1]])],
  ])("reads %s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it.each([
    "",
    "{",
    "{0}",
    "{0: }",
    "{[]: 1}",
    "[1 2]",
    "[,]",
    "'open",
    "1 2",
    "names",
    "__import__('os')",
    "[".repeat(10_000),
    `${"[".repeat(20)}${"]".repeat(20)}`,
  ])("takes %s for no literal", (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  });

  it("reads back whatever class names Python would print", () => {
    const quote = (text: string): string =>
      `'${text.replaceAll(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        const text = `{${names.map((name, index) => `${index}: ${quote(name)}`).join(", ")}}`;
        expect(parsePythonLiteral(text)).toEqual(Object.fromEntries(names.entries()));
      }),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePythonLiteral(text)));
  });
});
