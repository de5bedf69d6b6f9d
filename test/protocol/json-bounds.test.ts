import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exceededBound } from "../../src/protocol/json-bounds.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const NONE = { depth: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY };

/** As a parser sees it. */
function measure(value: unknown): { depth: number; values: number } {
  if (typeof value !== "object" || value === null) return { depth: 0, values: 0 };
  const children = Object.values(value);
  const inner = children.map(measure);
  const marks = Array.isArray(value) ? 0 : children.length;
  const commas = Math.max(0, children.length - 1);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    values: 1 + marks + commas + inner.reduce((sum, { values }) => sum + values, 0),
  };
}

describe("the bounds of a JSON text", () => {
  it("are met exactly by what a parser finds in it, whatever its strings hold", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('"', "\\", '\\"', "[{", "]},:", '"\\\\'));
    fc.assert(
      fc.property(
        fc.letrec((tie) => ({
          value: fc.oneof(
            { depthSize: "small" },
            text,
            fc.integer(),
            fc.array(tie("value"), { maxLength: 4 }),
            fc.dictionary(text, tie("value"), { maxKeys: 4 }),
          ),
        })).value,
        fc.constantFrom(undefined, 1),
        (value, indent) => {
          const json = bytes(JSON.stringify(value, null, indent));
          const { depth, values } = measure(JSON.parse(new TextDecoder().decode(json)));
          expect(exceededBound(json, { depth, values })).toBeNull();
          if (depth > 0) expect(exceededBound(json, { ...NONE, depth: depth - 1 })).toBe("depth");
          if (values > 0) expect(exceededBound(json, { ...NONE, values: values - 1 })).toBe("values");
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are looked for in anything without fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (anything) => {
        expect([null, "depth", "values"]).toContain(exceededBound(anything, { depth: 3, values: 10 }));
      }),
    );
  });
});
