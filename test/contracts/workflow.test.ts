import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { durationMs } from "../../src/contracts/duration.ts";
import { ImageInferenceParameters, ImageMaskingParameters, TaskType } from "../../src/contracts/tasks.ts";
import { Workflow } from "../../src/contracts/workflow.ts";
import { ImageInferenceStep, ImageMaskingStep, WorkflowStep } from "../../src/contracts/workflow-step.ts";
import { alternatives, type JsonSchema } from "../../src/engine/language/describe-schema.ts";
import { workflowSchema } from "../../src/engine/language/find-schema.ts";

const masking = { id: "a", task: "imageMasking", inputImage: "${inputs.image}", model: "m" };
const inference = { id: "b", task: "imageInference", seedImage: "${inputs.image}", model: "m" };

describe("the steps of a workflow", () => {
  it("are of all the kinds of task there are, but for the fan-in that no author writes", () => {
    const tasks = WorkflowStep.options.map((step) => step.shape.task.value);
    expect([...tasks, "gather"].sort()).toEqual([...TaskType.options].sort());
  });

  it("have every field of the task they become, but for those that the engine fills in", () => {
    const masks = ImageMaskingParameters.omit({ whereScope: true });
    const paints = ImageInferenceParameters.omit({ turns: true });
    expect(Object.keys(ImageMaskingStep.shape)).toEqual(expect.arrayContaining(Object.keys(masks.shape)));
    expect(Object.keys(ImageInferenceStep.shape)).toEqual(expect.arrayContaining(Object.keys(paints.shape)));
  });

  it("take every value that the task takes, and expressions in its place", () => {
    const fields = {
      strength: 0.5,
      steps: 30,
      outputScale: 4,
      skipIfLarger: true,
      lora: [{ model: "x", weight: 1 }],
    };
    for (const [name, value] of Object.entries(fields)) {
      expect(ImageInferenceStep.safeParse({ ...inference, [name]: value }).success).toBe(true);
      expect(ImageInferenceStep.safeParse({ ...inference, [name]: "${inputs.x}" }).success).toBe(true);
      expect(ImageInferenceStep.safeParse({ ...inference, [name]: "text" }).success).toBe(false);
    }
    const deep = { ...inference, lora: [{ model: "${inputs.x}", weight: "${inputs.y}" }] };
    expect(ImageInferenceStep.safeParse(deep).success).toBe(true);
    const select = { minArea: "${inputs.x}", classes: { include: "${inputs.y}" } };
    expect(ImageMaskingStep.safeParse({ ...masking, select }).success).toBe(true);
  });

  it("keep the ranges of the task: the schemas are built from the same base", () => {
    expect(ImageMaskingStep.safeParse({ ...masking, maskPadding: -128 }).success).toBe(true);
    expect(ImageMaskingStep.safeParse({ ...masking, maskPadding: -129 }).success).toBe(false);
    expect(ImageInferenceStep.safeParse({ ...inference, maskMargin: 512 }).success).toBe(true);
    expect(ImageInferenceStep.safeParse({ ...inference, maskMargin: 513 }).success).toBe(false);
  });

  it("fill in no defaults, so that a workflow's own can stand between", () => {
    expect(ImageMaskingStep.parse(masking)).toEqual(masking);
    expect(ImageInferenceStep.parse(inference)).toEqual(inference);
  });

  it("know no field but their own, at any depth", () => {
    expect(ImageMaskingStep.safeParse({ ...masking, strength: 0.5 }).success).toBe(false);
    expect(ImageMaskingStep.safeParse({ ...masking, select: { tak: 3 } }).success).toBe(false);
    expect(ImageInferenceStep.safeParse({ ...inference, byProvider: { runware: { id: "x" } } }).success).toBe(
      false,
    );
  });

  it("change nothing of what was written", () => {
    const document = {
      maskloom: 1,
      name: "t",
      inputs: { image: { type: "image" }, n: { type: "integer", default: 3 } },
      steps: [{ ...masking, retries: { attempts: 3, backoff: { type: "fixed", delay: "5s" } }, timeout: 30 }],
      output: "${steps.a.image}",
    };
    expect(Workflow.parse(document)).toStrictEqual(document);
  });
});

describe("a duration", () => {
  it.each([
    [2, 2000],
    [0.5, 500],
    ["500ms", 500],
    ["90s", 90_000],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
  ])("%s is %i milliseconds", (duration, ms) => {
    expect(durationMs(duration)).toBe(ms);
  });
});

describe("the documentation of the language", () => {
  const page = readFileSync(new URL("../../docs/workflow-language.md", import.meta.url), "utf8");
  const named = new Set(
    [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => (code ?? "").split(/[^A-Za-z$]+/)),
  );

  it("names every field of every schema", () => {
    const missing = [...fieldsOf(workflowSchema())].filter((field) => !named.has(field));
    expect(missing).toEqual([]);
  });

  it("names every word that a field takes", () => {
    const missing = [...wordsOf(workflowSchema())].filter(
      (word) => !named.has(word) && !/^[A-Z_]+$/.test(word),
    );
    expect(missing).toEqual([]);
  });
});

function parts(schema: JsonSchema): readonly JsonSchema[] {
  const inner = alternatives(schema).flatMap((one) => [
    ...Object.values(one.properties ?? {}),
    ...(one.items === undefined ? [] : [one.items]),
    ...(typeof one.additionalProperties === "object" ? [one.additionalProperties] : []),
  ]);
  return [schema, ...inner.flatMap(parts)];
}

function fieldsOf(schema: JsonSchema): ReadonlySet<string> {
  return new Set(
    parts(schema).flatMap((one) =>
      alternatives(one).flatMap(({ properties }) => Object.keys(properties ?? {})),
    ),
  );
}

function wordsOf(schema: JsonSchema): ReadonlySet<string> {
  const words = parts(schema).flatMap((one) => [...(one.enum ?? []), one.const]);
  return new Set(words.filter((word) => typeof word === "string"));
}
