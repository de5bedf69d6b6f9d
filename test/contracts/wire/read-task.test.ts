import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTask } from "../../../src/contracts/wire/read-task.ts";
import { WIRE_TASKS, type WireTaskType } from "../../../src/contracts/wire/tasks.ts";
import type { WireError } from "../../../src/contracts/wire/wire-error.ts";
import { generatedFields, nested, type Request, requestsOf, UUID } from "./wire-requests.ts";

const TASK_TYPES = Object.keys(WIRE_TASKS) as WireTaskType[];

const masking = (fields: Request = {}) => ({
  taskType: "imageMasking",
  taskUUID: UUID,
  model: "runware:35@6",
  inputImage: UUID,
  ...fields,
});
const inference = (fields: Request = {}) => ({
  taskType: "imageInference",
  taskUUID: UUID,
  model: "local:esrgan-detail",
  seedImage: UUID,
  ...fields,
});

function taskOf(request: unknown, strict = false): Record<string, unknown> {
  const read = readTask(request, strict);
  if ("error" in read) throw new Error(`expected a task, got ${JSON.stringify(read.error)}`);
  return read.task;
}

function errorOf(request: unknown, strict = false): WireError {
  const read = readTask(request, strict);
  if ("task" in read) throw new Error(`expected an error, got ${JSON.stringify(read.task)}`);
  return read.error;
}

describe("the two forms of a request", () => {
  it("are tried with every field that a task has", () => {
    const fields = TASK_TYPES.flatMap((type) => Object.keys(WIRE_TASKS[type].shape));
    expect(fields.filter((field) => !generatedFields.has(field) && field !== "settings")).toEqual([]);
  });

  it.each(TASK_TYPES)("mean the same task: %s", (taskType) => {
    const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(requestsOf(taskType), choices, (request, chosen) => {
        const task = taskOf(request, true);
        const { settings: _, ...fromNested } = taskOf(nested(taskType, request, chosen), true);
        expect(fromNested).toEqual(task);
      }),
      { numRuns: 150 },
    );
  });

  it("are told apart by nothing: what stands at the top wins over its group", () => {
    expect(taskOf(masking({ confidence: 0.7, settings: { confidence: 0.1, maskBlur: 9 } }))).toMatchObject({
      confidence: 0.7,
      maskBlur: 9,
    });
  });

  it("take null for nothing, at the top and in groups", () => {
    const request = masking({ confidence: null, uploadEndpoint: null, settings: { maskBlur: null } });
    expect(taskOf(request)).toEqual(taskOf(masking()));
    expect(taskOf(masking({ confidence: null, settings: { confidence: 0.9 } }))).toMatchObject({
      confidence: 0.9,
    });
  });

  it("never take what a task is, whose it is and how it is sent from a group", () => {
    const settings = { taskUUID: "x", model: "other", deliveryMethod: "async", inputImage: "nonsense" };
    expect(taskOf(masking({ settings }))).toEqual(taskOf(masking()));
  });

  it("never take anything from a key that names a prototype", () => {
    const request: unknown = JSON.parse(
      `{"taskType":"imageMasking","taskUUID":"${UUID}","inputImage":"${UUID}","__proto__":{"model":"x"},"constructor":1}`,
    );
    expect(errorOf(request)).toMatchObject({ code: "missingModel" });
  });

  it("keep what only a provider understands where it stood", () => {
    const settings = { color: "#fff", strength: 0.3 };
    expect(taskOf(inference({ settings }), true)).toMatchObject({ settings, strength: 0.3 });
  });
});

describe("defaults and spellings", () => {
  it("are those of the API for a mask", () => {
    expect(taskOf(masking())).toEqual({
      taskType: "imageMasking",
      taskUUID: UUID,
      model: "runware:35@6",
      inputImage: { kind: "uuid", uuid: UUID },
      confidence: 0.25,
      maxDetections: 6,
      maskPadding: 4,
      maskBlur: 4,
      invert: false,
      tiling: "auto",
      outputType: ["URL"],
      outputFormat: "JPG",
      outputQuality: 95,
      includeCost: false,
      deliveryMethod: "sync",
    });
  });

  it("leave the size, the seed, the zoom and the prompts of an inference open", () => {
    const { strength, numberResults, width, seed, maskMargin } = taskOf(inference());
    expect({ strength, numberResults, width, seed, maskMargin }).toEqual({ strength: 0.8, numberResults: 1 });
  });

  it.each([
    ["jpeg", "JPG"],
    ["Jpg", "JPG"],
    ["png", "PNG"],
    ["WebP", "WEBP"],
  ])("take outputFormat %s for %s", (outputFormat, expected) => {
    expect(taskOf(masking({ outputFormat }))).toMatchObject({ outputFormat: expected });
  });

  it("take one outputType or several, each once, in any capitals", () => {
    const outputType = ["url", "DATAURI", "URL", "base64data"];
    expect(taskOf(masking({ outputType }))).toMatchObject({ outputType: ["URL", "dataURI", "base64Data"] });
  });

  it("keep a strength of 0, which the SDKs send", () => {
    expect(taskOf(inference({ strength: 0 }))).toMatchObject({ strength: 0 });
  });

  it("take __BLANK__ for no prompt", () => {
    const task = taskOf(inference({ positivePrompt: "__BLANK__", negativePrompt: "blurred" }));
    expect([task["positivePrompt"], task["negativePrompt"]]).toEqual([undefined, "blurred"]);
  });

  it("make 32 bits of seeds that JSON cannot hold exactly, and leave all others alone", () => {
    const exact = Number.MAX_SAFE_INTEGER - 20;
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        expect(taskOf(inference({ seed }))["seed"]).toBe(seed > exact ? seed % 2 ** 32 : seed);
      }),
      { examples: [[exact], [exact + 1], [0]] },
    );
    const [first, again] = [1, 2].map(() => taskOf(inference({ seed: 526_241_620_747_753_540 }))["seed"]);
    expect(first).toBe(again);
    expect(first).toBeLessThan(2 ** 32);
  });
});

describe("an error", () => {
  const about = { taskType: "imageInference", taskUUID: UUID };

  it("says the parameter's whole range, whichever end was missed", () => {
    const range = { parameter: "maskMargin", type: "integer", min: 32, max: 128 };
    const low = errorOf(inference({ maskMargin: 8 }));
    expect(low).toEqual({
      ...about,
      code: "invalidMaskMargin",
      message: "maskMargin: expected number to be >=32, received 8.",
      ...range,
    });
    expect(errorOf(inference({ maskMargin: 129 }))).toMatchObject(range);
    expect(errorOf(inference({ maskMargin: "64" }))).toMatchObject(range);
  });

  it("says the default and the allowed values where the schema has them", () => {
    expect(errorOf(masking({ outputFormat: "tiff" }))).toMatchObject({
      code: "invalidOutputFormat",
      message: "outputFormat: expected one of JPG, PNG, WEBP.",
      default: "JPG",
      allowedValues: ["JPG", "PNG", "WEBP"],
    });
    expect(errorOf(masking({ outputType: ["URL", "file"] }))).toMatchObject({
      code: "invalidOutputType",
      default: "URL",
      allowedValues: ["URL", "base64Data", "dataURI"],
    });
  });

  it("names the parameter as the request wrote it", () => {
    const error = errorOf(masking({ settings: { confidence: 2 } }));
    expect(error).toMatchObject({
      code: "invalidConfidence",
      parameter: "settings.confidence",
      min: 0,
      max: 1,
    });
    expect(error.message).toBe("settings.confidence: expected number to be <=1, received 2.");
  });

  it("names the place whose value counted, where a field stands in both", () => {
    const settings = { confidence: 0.1 };
    expect(errorOf(masking({ confidence: 7, settings })).parameter).toBe("confidence");
    expect(errorOf(masking({ confidence: null, settings: { confidence: 7 } })).parameter).toBe(
      "settings.confidence",
    );
  });

  it("names the place within a list in its message", () => {
    const error = errorOf(inference({ lora: [{ model: "a" }, { weight: 1 }] }));
    expect(error).toMatchObject({ code: "invalidLora", parameter: "lora", type: "array" });
    expect(error.message).toMatch(/^lora\[1\]\.model: /);
  });

  it.each([
    [masking({ model: undefined }), "missingModel", "model is required."],
    [masking({ inputImage: undefined }), "missingInputImage", "inputImage is required."],
    [masking({ taskUUID: undefined }), "missingTaskUUID", "taskUUID is required: expected a UUID version 4."],
    [
      inference({ seedImage: undefined, positivePrompt: "a cat" }),
      "missingSeedImage",
      "seedImage is required: here pictures are made from a picture; nothing is made from text alone.",
    ],
    [inference({ width: 512 }), "missingHeight", "height is required where width is given."],
    [inference({ height: 512 }), "missingWidth", "width is required where height is given."],
    [inference({ maskMargin: 32 }), "missingMaskImage", "maskImage is required where maskMargin is given."],
    [{ taskType: "mediaStorage", taskUUID: UUID, media: UUID }, "missingOperation", "operation is required."],
    [{ taskUUID: UUID }, "missingTaskType", "taskType is required."],
  ])("says what is missing: %#", (request, code, message) => {
    expect(errorOf(request)).toMatchObject({ code, message });
  });

  it.each([
    ["confidence", 1.01],
    ["confidence", -0.01],
    ["maxDetections", 0],
    ["maxDetections", 21],
    ["maxDetections", 2.5],
    ["maskPadding", -129],
    ["maskPadding", 129],
    ["maskBlur", -1],
    ["outputQuality", 19],
    ["outputQuality", 100],
    ["ttl", 59],
    ["deliveryMethod", "stream"],
    ["webhookURL", "ftp://example.com/x"],
    ["uploadEndpoint", "example.com"],
    ["includeCost", "yes"],
    ["inputImage", "portrait.jpg"],
    ["model", ""],
    ["taskUUID", "9dcc9eb0-6d5e-11ef-b864-0242ac120002"],
  ])("is made of a value outside the documents' range: %s %s", (field, value) => {
    const code = `invalid${field[0]?.toUpperCase()}${field.slice(1)}`;
    expect(errorOf(masking({ [field]: value }))).toMatchObject({ code, parameter: field });
  });

  it("says that a deletion takes a UUID", () => {
    const request = {
      taskType: "mediaStorage",
      taskUUID: UUID,
      operation: "delete",
      media: "https://example.com/a.png",
    };
    expect(errorOf(request)).toMatchObject({ code: "invalidMedia", parameter: "media" });
  });

  it("says which tasks there are", () => {
    expect(errorOf({ taskType: "videoInference", taskUUID: UUID })).toMatchObject({
      code: "unsupportedTaskType",
      taskType: "videoInference",
      taskUUID: UUID,
      allowedValues: TASK_TYPES,
    });
  });

  it("says that what would make another picture is not done", () => {
    expect(errorOf(inference({ outpaint: { top: 64 } }))).toMatchObject({
      code: "unsupportedParameter",
      parameter: "outpaint",
    });
    expect(errorOf(inference({ inputs: { referenceImages: [UUID] } }))).toMatchObject({
      parameter: "inputs.referenceImages",
    });
    expect(taskOf(inference({ referenceImages: [] }))).toBeDefined();
  });

  it("has a code that the official SDKs sort under validation", () => {
    const isValidation = /^(invalid|missing|unsupported|unknownParameter$|incompatibleParameters$)/;
    const isElsewhere = /Credits|Quota|Balance|RateLimit|ApiKey|Timeout|NotFound$|Expired$/;
    for (const type of TASK_TYPES) {
      for (const field of Object.keys(WIRE_TASKS[type].shape)) {
        const request = {
          taskType: type,
          taskUUID: UUID,
          model: "m",
          inputImage: UUID,
          seedImage: UUID,
          [field]: [{}],
        };
        const { code } = errorOf(field === "taskType" ? { taskUUID: UUID } : request);
        expect(code).toMatch(isValidation);
        expect(code).not.toMatch(isElsewhere);
      }
    }
  });
});

describe("fields that a task does not have", () => {
  it("are ignored, since the official clients send some", () => {
    expect(taskOf(masking({ checkNSFW: true, steps: 3, settings: { x: 1 } }))).toEqual(taskOf(masking()));
  });

  it.each([
    [masking({ checkNSFW: true }), "checkNSFW"],
    [masking({ settings: { steps: 3 } }), "settings.steps"],
    [masking({ safety: { checkContent: true } }), "safety"],
    [inference({ inputs: { video: UUID } }), "inputs.video"],
    [inference({ toString: 1 }), "toString"],
  ])("are refused in strict mode: %#", (request, parameter) => {
    expect(errorOf(request, true)).toMatchObject({ code: "unknownParameter", parameter, taskUUID: UUID });
  });
});
