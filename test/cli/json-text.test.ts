import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonText } from "../../src/cli/json-text.ts";

it("says the same as JSON, whatever the value is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("writes numbers that belong together on one line, and nothing else", () => {
  const points = [
    [1.5, -2, 3e21],
    [4, 5, 6],
  ];
  expect(jsonText({ points, empty: [], text: "[\n  1,\n  2\n]", names: ["1", "2"] })).toBe(
    [
      "{",
      '  "points": [',
      "    [1.5, -2, 3e+21],",
      "    [4, 5, 6]",
      "  ],",
      '  "empty": [],',
      '  "text": "[\\n  1,\\n  2\\n]",',
      '  "names": [',
      '    "1",',
      '    "2"',
      "  ]",
      "}",
    ].join("\n"),
  );
});
