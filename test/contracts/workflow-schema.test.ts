import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/contracts/json.ts";
import { workflowSchemaDocument } from "../../src/contracts/workflow-schema.ts";
import { checkWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { wrongWorkflows } from "../engine/language/wrong-workflows.ts";

const root = new URL("../../", import.meta.url);
const validate = new Ajv({ strict: false, allErrors: true }).compile(workflowSchemaDocument());

const shipped = readdirSync(new URL("workflows/", root)).map(
  (file) => [file, readFileSync(new URL(`workflows/${file}`, root), "utf8")] as const,
);
const documented = readFileSync(new URL("docs/workflow-language.md", root), "utf8")
  .split("```yaml\n")
  .slice(1)
  .map((rest) => rest.split("```")[0] ?? "")
  .filter((text) => text.includes("maskloom: 1"));

/** Every property of the schema with its place, at any depth. */
function propertiesOf(schema: JsonValue, place = ""): (readonly [place: string, property: JsonObject])[] {
  if (Array.isArray(schema)) return schema.flatMap((item: JsonValue) => propertiesOf(item, place));
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([name, value]) => {
    if (name !== "properties" || !isJsonObject(value)) return propertiesOf(value, place);
    return Object.entries(value).flatMap(([field, property]) => [
      ...(isJsonObject(property) ? [[`${place}.${field}`, property] as const] : []),
      ...propertiesOf(property, `${place}.${field}`),
    ]);
  });
}

describe("the JSON Schema of workflows", () => {
  it.each(shipped)("takes the shipped %s", (_file, text) => {
    expect(validate(parse(text)) ? [] : validate.errors).toEqual([]);
  });

  it("takes every whole example of the documentation", () => {
    expect(documented.length).toBeGreaterThan(2);
    for (const text of documented) expect(validate(parse(text)) ? [] : validate.errors).toEqual([]);
  });

  it("takes a workflow that says where its schema is, which is no part of its identity", () => {
    const [, text = ""] = shipped[0] ?? [];
    const said = `$schema: ./schema.json\n${text}`;
    expect(validate(parse(said))).toBe(true);
    const digestOf = (source: string) => {
      const checked = checkWorkflow(source, { file: "a.yaml" });
      return checked.ok ? checked.workflow.digest : checked.faults;
    };
    expect(digestOf(said)).toBe(digestOf(text));
  });

  it("refuses an unknown field, a value out of range, and a task that does not exist", () => {
    const wrong = (change: (document: JsonObject) => JsonObject): boolean =>
      validate(change(parse(shipped[0]?.[1] ?? "")));
    expect(wrong((document) => document)).toBe(true);
    expect(wrong((document) => ({ ...document, stpes: [] }))).toBe(false);
    expect(wrong((document) => ({ ...document, maskloom: 2 }))).toBe(false);
    const step = { id: "a", task: "imageMasking", inputImage: "${inputs.image}", model: "m" };
    expect(wrong((document) => ({ ...document, steps: [step] }))).toBe(true);
    expect(wrong((document) => ({ ...document, steps: [{ ...step, confidence: 2 }] }))).toBe(false);
    expect(wrong((document) => ({ ...document, steps: [{ ...step, task: "masking" }] }))).toBe(false);
  });

  it("refuses nothing that the language takes: what it refuses has a fault there too", () => {
    for (const { text } of wrongWorkflows) {
      let document: unknown;
      try {
        document = parse(text, { logLevel: "silent" });
      } catch {
        continue;
      }
      if (!validate(document)) expect(checkWorkflow(text, { file: "a.yaml" }).ok).toBe(false);
    }
  });

  it("explains every field", () => {
    const silent = propertiesOf(workflowSchemaDocument()).filter(
      ([, { description }]) => description === undefined,
    );
    expect([...new Set(silent.map(([place]) => place))]).toEqual([]);
  });
});
