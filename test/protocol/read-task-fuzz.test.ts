import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flattenTask } from "../../src/contracts/wire/flatten.ts";
import { readTask } from "../../src/contracts/wire/read-task.ts";
import { WIRE_TASKS, type WireTaskType } from "../../src/contracts/wire/tasks.ts";

/* What a stranger may put into the array: whatever JSON can say. */

const TASK_UUID = "0b6f5a3e-9d07-4c58-8f3d-2f0a4c1b7e66";
const IMAGE_UUID = "7a1d3c90-55f1-4f0e-9b0b-0a3b6c2d8e11";
const VALID: Readonly<Record<WireTaskType, Readonly<Record<string, unknown>>>> = {
  imageMasking: {
    inputImage: IMAGE_UUID,
    model: "runware:35@1",
    confidence: 0.3,
    maxDetections: 3,
    maskPadding: -4,
    maskBlur: 0,
    outputType: ["URL", "base64Data"],
    outputFormat: "jpeg",
    outputQuality: 80,
    includeCost: true,
    deliveryMethod: "async",
    webhookURL: "https://example.com/hook?key=1",
    uploadEndpoint: "https://example.com/put",
    ttl: 60,
  },
  imageInference: {
    model: "local:fill",
    seedImage: IMAGE_UUID,
    maskImage: IMAGE_UUID,
    positivePrompt: "a face",
    strength: 0,
    maskMargin: 32,
    width: 512,
    height: 512,
    steps: 20,
    CFGScale: 7,
    seed: 7,
    numberResults: 3,
    checkNSFW: false,
    lora: [{ model: "civitai:1@1", weight: 0.5 }],
    settings: { anything: { goes: [1] } },
  },
  imageUpload: { image: "https://example.com/a.png" },
  mediaStorage: { operation: "upload", media: IMAGE_UUID },
  getResponse: {},
  getTaskDetails: {},
};

/** Beginnings by which the official TypeScript SDK tells what cannot succeed when sent again. */
const NOT_RETRIED =
  /^(invalid|missing|conflict|duplicate|unsupported|unknown|value|array|max)[A-Z]|NotFound$/;

const taskType = fc.constantFrom(...(Object.keys(VALID) as WireTaskType[]));
const validTask = (type: WireTaskType) => ({ taskType: type, taskUUID: TASK_UUID, ...VALID[type] });
const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.double().map((number) => (Number.isFinite(number) ? number : 1e308)),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "data:image/png;base64,",
    "http://",
    "\u0000",
    "9".repeat(400),
  ),
);

function read(element: unknown, strict = false) {
  const answer = readTask(element, strict);
  expect("task" in answer).toBe(!("error" in answer));
  return "error" in answer
    ? { task: undefined, error: answer.error }
    : { task: answer.task, error: undefined };
}

describe("an element of a request", () => {
  it("of every kind is taken as its documents write it, even where nothing unknown is allowed", () => {
    for (const type of Object.keys(VALID) as WireTaskType[])
      expect(read(asSent(validTask(type)), true).task, type).toMatchObject({
        taskType: type,
        taskUUID: TASK_UUID,
      });
  });

  it("that is any JSON at all is a task or one error of the client's fault, never an exception", () => {
    fc.assert(
      fc.property(anyJson, fc.boolean(), (element, strict) => {
        const { error } = read(asSent(element), strict);
        expect(error?.code ?? "missing task").toMatch(NOT_RETRIED);
        expect(error?.message.length).toBeGreaterThan(10);
      }),
      { numRuns: 1000 },
    );
  });

  it("with any JSON in one of its fields is a task, or an error that names the task and that field", () => {
    const spoiled = taskType.chain((type) =>
      fc.tuple(fc.constant(type), fc.constantFrom(...Object.keys(WIRE_TASKS[type].shape)), anyJson),
    );
    fc.assert(
      fc.property(spoiled, ([type, field, value]) => {
        const element = asSent({ ...validTask(type), [field]: value });
        const { error } = read(element);
        if (error === undefined) return;
        expect(error.code).toMatch(NOT_RETRIED);
        expect(error.parameter).toBe(field);
        if (field !== "taskUUID" && field !== "taskType") expect(error.taskUUID).toBe(TASK_UUID);
        if (field !== "taskType") expect(error.taskType).toBe(type);
      }),
      { numRuns: 3000 },
    );
  });

  it("says with an error what is allowed, and the bounds it gives are true", () => {
    const numeric = fc.constantFrom(...NUMERIC);
    fc.assert(
      fc.property(numeric, fc.double({ noNaN: true, min: -1e9, max: 1e9 }), ([type, field], value) => {
        const withValue = (number: number) => read({ ...validTask(type), [field]: number });
        const { error } = withValue(value);
        if (error === undefined) return;
        expect(error.parameter).toBe(field);
        for (const bound of [error.min, error.max])
          if (bound !== undefined) expect(withValue(bound).error, `${field} of ${bound}`).toBeUndefined();
        if (error.min !== undefined && value < error.min) return;
        if (error.max !== undefined && value > error.max) return;
        expect(error.type).toBe("integer");
      }),
      { numRuns: 1000 },
    );
  });

  it("is the same task in the nested form as in the flat one", () => {
    const masking = fc.record(
      {
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        maxDetections: fc.integer({ min: 1, max: 20 }),
        maskPadding: fc.integer({ min: -40, max: 40 }),
        maskBlur: fc.integer({ min: 0, max: 20 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(masking, (settings) => {
        const common = { taskType: "imageMasking", taskUUID: TASK_UUID, model: "runware:35@1" };
        const flat = read({ ...common, inputImage: IMAGE_UUID, ...settings }, true);
        const nested = read({ ...common, inputs: { image: IMAGE_UUID }, settings }, true);
        expect(nested).toEqual(flat);
        expect(flat.error).toBeUndefined();
      }),
    );
    const inference = {
      taskType: "imageInference",
      taskUUID: TASK_UUID,
      model: "local:fill",
      inputs: { seedImage: IMAGE_UUID, maskImage: IMAGE_UUID },
      safety: { checkContent: true },
    };
    expect(read(inference, true).task).toMatchObject({
      seedImage: { kind: "uuid", uuid: IMAGE_UUID },
      maskImage: { kind: "uuid", uuid: IMAGE_UUID },
      checkNSFW: true,
    });
  });

  it("cannot reach what every object inherits", () => {
    const names = fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty");
    const group = fc.constantFrom("inputs", "settings", "safety");
    fc.assert(
      fc.property(taskType, group, names, names, anyJson, (type, place, name, inner, value) => {
        const text = `{"${name}":{"${inner}":${JSON.stringify(value) ?? "null"}}}`;
        read({ ...validTask(type), [place]: JSON.parse(text) });
        read(JSON.parse(`{"taskType":"${name}","taskUUID":"${TASK_UUID}"}`));
        const { fields } = flattenTask(type, { [place]: JSON.parse(text) });
        expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("of tens of megabytes or a hundred thousand levels is answered with few words", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    const long = "A".repeat(20_000_000);
    for (const value of [deep, long]) {
      expectFewWords({ taskType: value, taskUUID: TASK_UUID });
      for (const type of Object.keys(VALID) as WireTaskType[]) {
        for (const field of [
          "model",
          "inputs",
          "settings",
          "outputType",
          "outputFormat",
          "lora",
          "uploadEndpoint",
        ])
          expectFewWords({ ...validTask(type), [field]: value });
      }
    }
  });
});

const NUMERIC = [
  ["imageMasking", "confidence"],
  ["imageMasking", "maxDetections"],
  ["imageMasking", "maskPadding"],
  ["imageMasking", "maskBlur"],
  ["imageMasking", "outputQuality"],
  ["imageInference", "strength"],
  ["imageInference", "maskMargin"],
  ["imageInference", "width"],
  ["imageInference", "steps"],
  ["imageInference", "numberResults"],
] as const;

function expectFewWords(element: Record<string, unknown>): void {
  const { error } = read(element, true);
  if (error !== undefined) expect(JSON.stringify(error).length).toBeLessThan(5_000);
}
