import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELD_DESCRIPTIONS } from "../../../src/contracts/wire/descriptions.ts";
import { taskSchemaDocument, wireJsonSchemas } from "../../../src/contracts/wire/json-schemas.ts";
import { readTask } from "../../../src/contracts/wire/read-task.ts";
import { WIRE_RESULTS } from "../../../src/contracts/wire/results.ts";
import { WIRE_TASKS, type WireTaskType } from "../../../src/contracts/wire/tasks.ts";
import { nested, requestsOf, UUID } from "./wire-requests.ts";

const TASK_TYPES = Object.keys(WIRE_TASKS) as WireTaskType[];

function validatorOf(schema: object) {
  const ajv = new Ajv2020({ strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

describe("the JSON Schema of a task", () => {
  it.each(TASK_TYPES)("lets through what the server takes, in both forms: %s", (taskType) => {
    const fits = validatorOf(taskSchemaDocument(taskType));
    const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(requestsOf(taskType), choices, (request, chosen) => {
        expect(fits(request), JSON.stringify(fits.errors)).toBe(true);
        expect(fits(nested(taskType, request, chosen)), JSON.stringify(fits.errors)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it.each(TASK_TYPES)("refuses numbers, lists and objects exactly where the server does: %s", (taskType) => {
    const fits = validatorOf(taskSchemaDocument(taskType));
    const names = Object.keys(WIRE_TASKS[taskType].shape).filter((name) => name !== "taskType");
    /* Texts may be pictures, addresses and names, and words come in other capitals: numbers and the rest tell enough. */
    const values = fc.oneof(
      fc.integer({ min: -200, max: 10_000 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom<unknown>([], {}, [1], { a: 1 }, [[]]),
    );
    const isSide = (name: string) => name === "width" || name === "height";
    fc.assert(
      fc.property(requestsOf(taskType), fc.constantFrom(...names), values, (request, name, value) => {
        const changed = { width: 512, height: 512, ...request, [name]: value };
        const { width: _, height: __, ...withoutSize } = changed;
        const asked = isSide(name) ? changed : withoutSize;
        expect(fits(asked)).toBe("task" in readTask(asked, false));
      }),
      { numRuns: 200 },
    );
  });

  it("asks for a picture in one of its places", () => {
    const fits = validatorOf(taskSchemaDocument("imageMasking"));
    const request = { taskType: "imageMasking", taskUUID: UUID, model: "m" };
    expect(fits(request)).toBe(false);
    expect(fits({ ...request, inputs: {} })).toBe(false);
    expect(fits({ ...request, inputImage: UUID })).toBe(true);
    expect(fits({ ...request, inputs: { image: UUID } })).toBe(true);
  });
});

describe("the schemas of the wire", () => {
  it("are all valid JSON Schema", () => {
    for (const schema of Object.values(wireJsonSchemas())) expect(validatorOf(schema)).toBeTypeOf("function");
  });

  it("say in a sentence what each field is, and of no field that is none", () => {
    const shapes = [...Object.values(WIRE_TASKS), ...Object.values(WIRE_RESULTS)].map(({ shape }) => shape);
    const fields = new Set([...shapes.flatMap(Object.keys), "apiKey", "connectionSessionUUID", "ping"]);
    expect([...fields].filter((field) => !(field in FIELD_DESCRIPTIONS))).toEqual([]);
    expect(Object.keys(FIELD_DESCRIPTIONS).filter((field) => !fields.has(field))).toEqual([]);
  });
});
