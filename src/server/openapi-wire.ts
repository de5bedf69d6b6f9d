import { taskSchemaName, wireJsonSchemas } from "../contracts/wire/json-schemas.ts";
import { WIRE_RESULTS } from "../contracts/wire/results.ts";
import { WIRE_TASKS, type WireTaskType } from "../contracts/wire/tasks.ts";

/* The part of the API's description that is the wire's: docs/wire.md. It has one path, and tasks instead of routes. */

type JsonSchema = Readonly<Record<string, unknown>>;

export const WIRE_TAG = {
  name: "Runware-compatible",
  description:
    "What the official Runware clients speak, over HTTP and, at the same address, over a WebSocket. A request is an array of tasks, each with its `taskType`.",
};

const referenceTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema, more: JsonSchema = {}) => ({ "application/json": { schema, ...more } });

const TASKS = {
  authentication: "Authentication",
  ...Object.fromEntries(
    Object.keys(WIRE_TASKS).map((taskType) => [taskType, taskSchemaName(taskType as WireTaskType)]),
  ),
  ping: "Ping",
};

/** Schemas that the document has besides those of the routes. */
export function wireComponents(): Readonly<Record<string, JsonSchema>> {
  const errors = { type: "array", items: referenceTo("WireError"), minItems: 1 };
  return {
    ...wireJsonSchemas(),
    WireTask: {
      oneOf: Object.values(TASKS).map(referenceTo),
      discriminator: {
        propertyName: "taskType",
        mapping: Object.fromEntries(
          Object.entries(TASKS).map(([taskType, name]) => [taskType, referenceTo(name).$ref]),
        ),
      },
    },
    WireResult: { anyOf: Object.keys(WIRE_RESULTS).map(referenceTo) },
    WireAnswer: {
      type: "object",
      properties: {
        data: { type: "array", items: referenceTo("WireResult") },
        errors,
        error: referenceTo("WireError"),
      },
      required: ["data"],
    },
    WireFailure: {
      type: "object",
      properties: { data: { type: "array", maxItems: 0 }, errors, error: referenceTo("WireError") },
      required: ["data", "errors", "error"],
    },
  };
}

const SWITCH = { type: "string", enum: ["1", "true"] };

/** Status, what it means, and a code that is answered with it. */
const FAILURES: readonly (readonly [status: number, description: string, code: string])[] = [
  [400, "The request is no JSON, or none of its tasks is valid", "invalidMaskMargin"],
  [401, "No key, or a wrong one", "invalidApiKey"],
  [402, "A limit of money or space is reached", "quotaExceeded"],
  [403, "The key does not allow it, or the request came from a page that may not ask", "forbidden"],
  [404, "A model, task or picture that is not there", "modelNotFound"],
  [413, "The request is larger than is read", "valueTooLarge"],
  [
    429,
    "More than the key, or this server, takes at a time; Retry-After says when to come back",
    "rateLimitExceeded",
  ],
  [502, "A provider failed", "providerError"],
  [503, "Not ready", "serviceUnavailable"],
  [504, "Out of time; what was begun goes on, and getResponse has it later", "providerTimeout"],
];

/* In the examples. */
const TASK = "d06e972d-dbfe-47d5-955f-c26e00ce4960";
const PICTURE = "59a2edc2-45e6-429f-be5f-7ded59b92046";
const MASK = "b12dbb94-eb2c-4b7e-9e2b-b1b5e0d4a8f1";

const ANSWER = {
  data: [
    {
      taskType: "imageMasking",
      taskUUID: TASK,
      inputImageUUID: PICTURE,
      maskImageUUID: MASK,
      detections: [{ x_min: 505, y_min: 237, x_max: 588, y_max: 337 }],
      maskImageURL: `https://example.com/v1/images/${MASK}.png`,
    },
  ],
};

function failure(code: string): JsonSchema {
  const range = { parameter: "maskMargin", type: "integer", min: 32, max: 128 };
  const error = {
    code,
    message: "What was expected, what was received, and what to do.",
    ...(code === "invalidMaskMargin" ? range : {}),
    taskType: "imageInference",
    taskUUID: TASK,
  };
  return { data: [], errors: [error], error };
}

/** Of the wire's one path. */
export const WIRE_PATHS: Readonly<Record<string, JsonSchema>> = {
  "/v1": {
    post: {
      operationId: "wire.request",
      tags: [WIRE_TAG.name],
      summary: "Tasks in, one answer out when all of them are done",
      description:
        "The key comes in the header or in a first task `authentication`. A task that fails harms none of its neighbours: its error stands in `errors`, beside the `data` of the others.",
      security: [{ key: [] }, {}],
      parameters: [
        {
          name: "dryRun",
          in: "query",
          schema: SWITCH,
          description: "Checks and prices the tasks; nothing is executed",
        },
        {
          name: "strict",
          in: "query",
          schema: SWITCH,
          description: "Refuses fields that a task does not have",
        },
        { name: "X-Runware-Dry-Run", in: "header", schema: SWITCH, description: "The same as dryRun" },
      ],
      requestBody: {
        required: true,
        content: json(
          { type: "array", minItems: 1, items: referenceTo("WireTask") },
          { examples: examples() },
        ),
      },
      responses: {
        200: {
          description: "At least one result",
          content: json(referenceTo("WireAnswer"), { example: ANSWER }),
        },
        ...Object.fromEntries(
          FAILURES.map(([status, description, code]) => [
            status,
            { description, content: json(referenceTo("WireFailure"), { example: failure(code) }) },
          ]),
        ),
        default: {
          description: "A failure of ours",
          content: json(referenceTo("WireFailure"), { example: failure("internalServerError") }),
        },
      },
      callbacks: { result: resultCallback() },
    },
    get: {
      operationId: "wire.connect",
      tags: [WIRE_TAG.name],
      summary: "The same over a WebSocket: frames of tasks in, frames of results or errors out as they come",
      description:
        "The first frame is an `authentication`. A frame from the server holds the results, or the errors, of one task.",
      responses: {
        101: { description: "The connection is a WebSocket now" },
        405: {
          description: "A plain request",
          content: json(referenceTo("WireFailure"), { example: failure("invalidParameter") }),
        },
      },
    },
  },
};

/** Each result of a task that names a `webhookURL`: docs/wire.md, section 7. */
function resultCallback(): JsonSchema {
  const header = (name: string, description: string) => ({
    name,
    in: "header",
    required: true,
    schema: { type: "string" },
    description,
  });
  return {
    "{$request.body#/0/webhookURL}": {
      post: {
        summary: "A result, or an error, of a task",
        parameters: [
          header("webhook-id", "The same whenever it is sent again"),
          header("webhook-timestamp", "Seconds since 1970"),
          header("webhook-signature", "v1, and an HMAC-SHA256 in base64: see standardwebhooks.com"),
        ],
        requestBody: { content: json({ anyOf: [referenceTo("WireResult"), referenceTo("WireError")] }) },
        responses: { "2XX": { description: "Taken; anything else is tried again" } },
      },
    },
  };
}

function examples(): JsonSchema {
  const mask = { taskType: "imageMasking", taskUUID: TASK, model: "mediapipe_face_full" };
  const inference = { taskType: "imageInference", taskUUID: TASK, model: "local:esrgan-detail" };
  return {
    masking: {
      summary: "A mask of the faces in a picture",
      value: [{ ...mask, inputImage: "https://example.com/portrait.jpg", outputFormat: "PNG" }],
    },
    nested: {
      summary: "The same in the nested form",
      value: [{ ...mask, inputs: { image: PICTURE }, settings: { confidence: 0.5, maskPadding: 8 } }],
    },
    zoomedInpainting: {
      summary: "Detail for what the mask shows, zoomed",
      value: [{ ...inference, seedImage: PICTURE, maskImage: MASK, maskMargin: 48, strength: 0.4 }],
    },
    upload: {
      summary: "A picture for other tasks",
      value: [{ taskType: "imageUpload", taskUUID: TASK, image: "https://example.com/portrait.jpg" }],
    },
    results: { summary: "What became of a task", value: [{ taskType: "getResponse", taskUUID: TASK }] },
  };
}
