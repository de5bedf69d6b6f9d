import type { JsonValue } from "../../contracts/json.ts";
import { isJsonObject, type JsonObject } from "../../contracts/json.ts";
import { GenerationParameters } from "../../contracts/tasks.ts";
import type { WireInference, WireMasking } from "../../contracts/wire/tasks.ts";
import { Workflow } from "../../contracts/workflow.ts";
import { parseAs } from "../../errors.ts";

/* A task of the API as the smallest workflow that does it: what is executed, cached, retried and shown is a workflow's run. */

const MASKING_STEP = "mask";
const RESULT = "result";

/** 1-based. */
const resultStep = (number: number): string => `${RESULT}${number}`;

/** 0-based place of a step among the results; a mask is the only one. */
export function resultIndex(step: string): number {
  return step.startsWith(RESULT) ? Number(step.slice(RESULT.length)) - 1 : 0;
}

export const stepsOf = (numberResults: number, taskType: string): string[] =>
  taskType === "imageMasking"
    ? [MASKING_STEP]
    : Array.from({ length: numberResults }, (_, at) => resultStep(at + 1));

/** @param provider that alone may do it */
export function maskingWorkflow(task: WireMasking, provider?: string): Workflow {
  const { model, confidence, maxDetections, maskPadding, maskBlur, shape, invert, tiling } = task;
  const options = { confidence, maskPadding, maskBlur, shape, invert, tiling };
  return asWorkflow({
    maskloom: 1,
    name: "image-masking",
    inputs: { image: { type: "image" } },
    steps: [
      {
        id: MASKING_STEP,
        task: "imageMasking",
        inputImage: "${inputs.image}",
        model,
        ...(provider === undefined ? {} : { provider }),
        select: { take: maxDetections },
        ...options,
      },
    ],
    outputs: { maskImage: `\${steps.${MASKING_STEP}.maskImage}` },
  });
}

/** What of an inference request is the task's own and not the delivery's. */
const INFERENCE_FIELDS = [
  "width",
  "height",
  ...GenerationParameters.keyof().exclude(["seed"]).options,
  "maskMargin",
  "guideSize",
  "maxSize",
  "skipIfLarger",
  "colorMatch",
] as const satisfies readonly (keyof WireInference)[];

export interface InferenceOptions {
  /** Whether chance plays a part in the model: then each step has a seed of its own, counted from the input `seed`. */
  readonly seeded: boolean;
  /** Fields that nobody asked for and the model does not take. */
  readonly leftOut: ReadonlySet<string>;
  /** That alone may do it. */
  readonly provider?: string | undefined;
}

/** One step for each result; one that fails leaves the others what they are. */
export function inferenceWorkflow(
  task: WireInference,
  { seeded, leftOut, provider }: InferenceOptions,
): Workflow {
  const { model, maskImage, numberResults } = task;
  const fields = INFERENCE_FIELDS.filter((name) => !leftOut.has(name)).map((name) => [name, task[name]]);
  const steps = Array.from({ length: numberResults }, (_, at) => ({
    ...literal(Object.fromEntries(fields)),
    id: resultStep(at + 1),
    task: "imageInference",
    seedImage: "${inputs.image}",
    ...(maskImage === undefined ? {} : { maskImage: "${inputs.mask}" }),
    model,
    ...(provider === undefined ? {} : { provider }),
    ...(seeded ? { seed: `\${inputs.seed + ${at}}` } : {}),
    ...(numberResults > 1 ? { onError: "continue" } : {}),
  }));
  return asWorkflow({
    maskloom: 1,
    name: "image-inference",
    inputs: {
      image: { type: "image" },
      ...(maskImage === undefined ? {} : { mask: { type: "mask" } }),
      ...(seeded ? { seed: { type: "integer" } } : {}),
    },
    steps,
    outputs: Object.fromEntries(steps.map(({ id }, at) => [imageName(at), `\${steps.${id}.image}`])),
  });
}

/** The run's own picture is the first. */
const imageName = (at: number): string => (at === 0 ? "image" : `image${at + 1}`);

/** A client's text is no expression. */
function literal(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, escaped(item)]])),
  );
}

function escaped(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map(escaped);
  return isJsonObject(value) ? literal(value) : value;
}

/** Without what was not given: a document holds what is written in it. */
function asWorkflow(document: unknown): Workflow {
  return parseAs(Workflow, JSON.parse(JSON.stringify(document)), "workflow of a task", "INTERNAL");
}
