import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { JsonObject, JsonValue } from "../../../src/contracts/json.ts";
import { canonicalJson } from "../../../src/contracts/json.ts";
import { workflowDigest } from "../../../src/engine/language/digest.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";

const YAML = `
# a comment
maskloom: 1
name: one
description: The first.
inputs:
  image: { type: image }
  strength: { type: number, min: 0, max: 1, default: 0.40 }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
    maskPadding: 8
output: \${steps.faces.maskImage}
`;

const digestOf = (text: string): string => parseWorkflow(text, { file: "my.yaml" }).digest;

describe("the digest of a workflow", () => {
  const digest = digestOf(YAML);

  it("is SHA-256 of the canonical JSON behind the language version, here computed by another program", () => {
    expect(digest).toBe("cda1262bd289be35117cd7641b75226de2130318faf9b22e735205d5cbc2fa05");
  });

  it.each([
    ["comments and blank lines", YAML.replace("# a comment", "\n\n# another")],
    ["the name", YAML.replace("name: one", "name: two")],
    ["the description", YAML.replace("description: The first.\n", "")],
    [
      "the order of fields",
      YAML.replace(
        "    model: mediapipe_face_full\n    maskPadding: 8\n",
        "    maskPadding: 8\n    model: mediapipe_face_full\n",
      ),
    ],
    ["how a number is written", YAML.replace("0.40", "4e-1")],
    ["how a text is quoted", YAML.replace("mediapipe_face_full", '"mediapipe_face_full"')],
    ["flow or block style", YAML.replace("image: { type: image }", "image:\n    type: image")],
    ["an anchor", YAML.replace("default: 0.40", "default: &d 0.40")],
  ])("does not change with %s", (_, text) => {
    expect(digestOf(text)).toBe(digest);
  });

  it("is the same for the JSON of it, in any order of fields", () => {
    const { authored } = parseWorkflow(YAML, { file: "my.yaml" });
    expect(digestOf(JSON.stringify(authored))).toBe(digest);
    expect(digestOf(JSON.stringify(Object.fromEntries(Object.entries(authored).reverse())))).toBe(digest);
    expect(digestOf(stringify(authored))).toBe(digest);
  });

  it.each([
    ["a value", YAML.replace("maskPadding: 8", "maskPadding: 9")],
    ["a default of an input", YAML.replace("0.40", "0.41")],
    ["the name of an input", YAML.replace("strength:", "force:")],
    ["a new field", YAML.replace("maskPadding: 8", "maskPadding: 8\n    maskBlur: 4")],
    ["a removed field", YAML.replace("    maskPadding: 8\n", "")],
    ["the model", YAML.replace("face_full", "face_short")],
    ["the output", YAML.replace("steps.faces.maskImage", "steps.faces.image")],
    ["a label", `${YAML}labels: { team: a }\n`],
  ])("changes with %s", (_, text) => {
    expect(digestOf(text)).not.toBe(digest);
  });

  it("changes with the order of steps and of lists", () => {
    const { authored } = parseWorkflow(YAML, { file: "my.yaml" });
    const lists = (order: JsonValue): JsonObject => ({ ...authored, labels: order as JsonObject });
    expect(workflowDigest(lists([1, 2]))).not.toBe(workflowDigest(lists([2, 1])));
  });
});

describe("canonical JSON", () => {
  const data = fc.jsonValue() as fc.Arbitrary<JsonValue>;

  it("reads back as the value it was made of", () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it("is the same text for the same value, and another for another", () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(same);
      }),
      { numRuns: 200 },
    );
  });
});

function sorted(value: JsonValue): unknown {
  if (Array.isArray(value)) return { list: value.map(sorted) };
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { record: entries.map(([name, item]) => [name, sorted(item)]) };
}
