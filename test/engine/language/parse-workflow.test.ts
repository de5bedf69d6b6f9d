import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFaults } from "../../../src/engine/language/faults.ts";
import { checkWorkflow, parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { MaskloomError } from "../../../src/errors.ts";
import { wrongWorkflows } from "./wrong-workflows.ts";

const file = "my.yaml";

const SMALLEST = `
maskloom: 1
name: smallest
inputs: { image: { type: image } }
steps: [{ id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full }]
output: "\${steps.faces.maskImage}"
`;

describe("parseWorkflow", () => {
  it("returns the document with its expressions, and the data it was authored as", () => {
    const parsed = parseWorkflow(SMALLEST, { file });
    expect(parsed.document.name).toBe("smallest");
    expect(parsed.document.steps).toEqual([
      { id: "faces", task: "imageMasking", inputImage: "${inputs.image}", model: "mediapipe_face_full" },
    ]);
    expect(parsed.authored).toEqual(parsed.document);
  });

  it("reads JSON as it reads YAML, indented by spaces or by tabs", () => {
    const parsed = parseWorkflow(SMALLEST, { file });
    for (const indent of [undefined, 2, "\t"]) {
      const again = parseWorkflow(JSON.stringify(parsed.authored, null, indent), { file: "my.json" });
      expect(again.authored).toEqual(parsed.authored);
      expect(again.digest).toBe(parsed.digest);
    }
  });

  it.each(wrongWorkflows)("says exactly what is wrong with $fault", ({ text, lines }) => {
    const parse = () => parseWorkflow(text, { file });
    expect(parse).toThrow(MaskloomError);
    expect(parse).toThrow(expect.objectContaining({ code: "WORKFLOW_INVALID", message: lines.join("\n") }));
  });

  it("has at least forty wrong workflows to tell about", () => {
    expect(wrongWorkflows.length).toBeGreaterThanOrEqual(40);
    expect(new Set(wrongWorkflows.map(({ fault }) => fault)).size).toBe(wrongWorkflows.length);
  });

  it("puts a fault of JSON at its line and column", () => {
    const text = JSON.stringify(
      { ...parseWorkflow(SMALLEST, { file }).authored, output: "${steps.x.image}" },
      null,
      "\t",
    );
    const checked = checkWorkflow(text, { file });
    const before = text.slice(0, text.indexOf("${steps.x.image}")).split("\n");
    expect(checked).toMatchObject({
      ok: false,
      faults: [{ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }],
    });
  });

  it("reads aliases, and gives their faults the place they are used at", () => {
    const text = SMALLEST.replace(
      "inputs: { image: { type: image } }",
      "inputs: { image: &i { type: image }, other: *i }",
    );
    expect(parseWorkflow(text, { file }).document.inputs).toEqual({
      image: { type: "image" },
      other: { type: "image" },
    });
  });
});

describe("many faults", () => {
  it("are told up to the hundredth, then counted", () => {
    const text = `${SMALLEST}labels: { ${Array.from({ length: 130 }, (_, at) => `l${at}: 1`).join(", ")} }\n`;
    const checked = checkWorkflow(text, { file });
    expect(checked.ok ? 0 : checked.faults.length).toBe(130);
    const message = formatFaults(file, checked.ok ? [] : checked.faults);
    expect(message.split("\n").length).toBe(101);
    expect(message.endsWith("\n… and 30 more.")).toBe(true);
  });
});

describe("what a workflow file may not be", () => {
  it("is larger than 256 KiB", () => {
    const text = `${SMALLEST}# ${"x".repeat(256 * 1024)}`;
    expect(checkWorkflow(text, { file })).toMatchObject({
      faults: [
        { line: 1, column: 1, message: `expected at most 262144 characters, received ${text.length}.` },
      ],
    });
  });

  it("is an alias bomb", () => {
    const levels = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (const [at, name] of [..."bcdefgh"].entries()) {
      levels.push(`${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[at]}`).join(",")}]`);
    }
    expect(checkWorkflow(levels.join("\n"), { file })).toMatchObject({
      faults: [{ message: "expected at most 20000 values in a workflow." }],
    });
  });

  it("is full of aliases, each of which would be searched for", () => {
    const checked = checkWorkflow(`a: &a 1\nb: [${"*a,".repeat(80_000)}]`, { file });
    expect(checked).toMatchObject({ ok: false });
  });

  it("gives one anchor to two values", () => {
    const text = SMALLEST.replace("name: smallest", "name: &n smallest").replace("id: faces", "id: &n faces");
    expect(checkWorkflow(text, { file })).toMatchObject({
      faults: [{ line: 5, path: "steps[0].id", message: "the anchor &n is written twice." }],
    });
  });

  it("contains itself", () => {
    expect(checkWorkflow("a: &a { b: *a }\n", { file })).toMatchObject({
      faults: [{ message: "expected at most 40 levels, or an alias contains itself." }],
    });
  });

  it("is nested without end", () => {
    for (const depth of [41, 100_000]) {
      expect(checkWorkflow(`a: ${"[".repeat(depth)}${"]".repeat(depth)}`, { file })).toMatchObject({
        ok: false,
      });
    }
  });

  it("is anything that breaks the parser", () => {
    const pieces = [
      "maskloom: 1",
      "steps:",
      "  - ",
      "{",
      "}",
      "[",
      "]",
      "${",
      "}",
      "&a ",
      "*a",
      ": ",
      "\n",
      '"',
      "'",
      "|",
      "? ",
    ];
    const yamlish = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(yamlish, (parts) => {
        const checked = checkWorkflow(parts.join(""), { file });
        if (!checked.ok) expect(checked.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("is data of another shape", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(checkWorkflow(text, { file }).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it("is a workflow with one of its values replaced by another type", () => {
    const { authored } = parseWorkflow(SMALLEST, { file });
    const wrong = fc.constantFrom<unknown>(null, 3.5, -1, "", "?", [], [1], {}, { a: 1 });
    fc.assert(
      fc.property(fc.constantFrom("maskloom", "name", "inputs", "steps", "output"), wrong, (field, value) => {
        const checked = checkWorkflow(JSON.stringify({ ...authored, [field]: value }), { file });
        expect(checked).toMatchObject({ ok: false });
        if (!checked.ok) expect(checked.faults.some((fault) => fault.path.startsWith(field))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
