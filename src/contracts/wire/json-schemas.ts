import { z } from "zod";
import { FIELD_DESCRIPTIONS } from "./descriptions.ts";
import { WIRE_GROUPS } from "./flatten.ts";
import { WIRE_RESULTS } from "./results.ts";
import { WIRE_TASKS, WireAuthentication, WirePing, type WireTaskType } from "./tasks.ts";
import { WireError } from "./wire-error.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

const TASK_DESCRIPTIONS: Readonly<Record<WireTaskType, string>> = {
  imageMasking: "Finds faces, hands or people in a picture and makes one mask of them.",
  imageInference:
    "Works on a picture: image-to-image, inpainting with a mask, and with maskMargin zoomed inpainting.",
  imageUpload: "Keeps a picture under a UUID, for use in other tasks.",
  mediaStorage: "Keeps a picture under a UUID, or deletes it.",
  getResponse: "Asks what became of a task: one entry for each of its results.",
  getTaskDetails: "Asks for a task as it was sent, and what it was answered with.",
};

/**
 * The JSON Schema of a task, in its flat and its nested form. What the server takes fits it, but for two liberties: null
 * for nothing, and words in other capitals. What fits may still be refused: a text that is no picture, or one side of a
 * size without the other.
 */
function taskJsonSchema(taskType: WireTaskType): JsonSchema {
  const { properties, required } = objectSchema(WIRE_TASKS[taskType], "input");
  const groups = groupSchemas(taskType, properties);
  const needed = required.map((field) => ({ field, places: placesOf(taskType, field) }));
  const elsewhere = needed.filter(({ places }) => places.length > 0);
  return {
    title: taskType,
    description: TASK_DESCRIPTIONS[taskType],
    type: "object",
    properties: { ...properties, ...groups },
    required: needed.filter(({ places }) => places.length === 0).map(({ field }) => field),
    ...(elsewhere.length === 0
      ? {}
      : {
          allOf: elsewhere.map(({ field, places }) => ({
            anyOf: [{ required: [field] }, ...places.map(([group, name]) => within(group, name))],
          })),
        }),
  };
}

/** The same as a document of its own. */
export const taskSchemaDocument = (taskType: WireTaskType): JsonSchema => ({
  $schema: DIALECT,
  ...taskJsonSchema(taskType),
});

const within = (group: string, name: string): JsonSchema => ({
  required: [group],
  properties: { [group]: { required: [name] } },
});

/** Group and name under which the nested form may have a field. */
function placesOf(taskType: WireTaskType, field: string): [group: string, name: string][] {
  return Object.entries(WIRE_GROUPS[taskType]).flatMap(([group, members]) =>
    Object.entries(members)
      .filter(([, flat]) => flat === field)
      .map(([name]): [string, string] => [group, name]),
  );
}

function groupSchemas(taskType: WireTaskType, properties: Readonly<Record<string, unknown>>): JsonSchema {
  const groups = Object.entries(WIRE_GROUPS[taskType]).map(([group, members]) => [
    group,
    {
      type: "object",
      description: "The nested form of the fields of the same meaning.",
      properties: Object.fromEntries(Object.entries(members).map(([name, flat]) => [name, properties[flat]])),
    },
  ]);
  return Object.fromEntries(groups);
}

/** Everything else that is said on the wire, by the name that it has in the API's description. */
export function wireJsonSchemas(): Readonly<Record<string, JsonSchema>> {
  const tasks = Object.keys(WIRE_TASKS).filter(isTaskType);
  const results = Object.entries(WIRE_RESULTS).map(([name, schema]) => [name, written(schema, "output")]);
  return {
    ...Object.fromEntries(tasks.map((taskType) => [taskSchemaName(taskType), taskJsonSchema(taskType)])),
    Authentication: { title: "authentication", ...written(WireAuthentication, "input") },
    Ping: { title: "ping", ...written(WirePing, "input") },
    ...Object.fromEntries(results),
    WireError: written(WireError, "output"),
  };
}

/** `imageMasking` → `ImageMaskingTask`. */
export const taskSchemaName = (taskType: WireTaskType): string =>
  `${taskType[0]?.toUpperCase() ?? ""}${taskType.slice(1)}Task`;

const isTaskType = (name: string): name is WireTaskType => Object.hasOwn(WIRE_TASKS, name);

function written(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { properties, required, type } = objectSchema(schema, io);
  return { type, properties, required };
}

interface ObjectSchema {
  readonly type: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

/** Without `additionalProperties`: clients of either side must bear fields that they do not know. */
function objectSchema(schema: z.ZodType, io: "input" | "output"): ObjectSchema {
  const {
    type,
    properties = {},
    required = [],
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const described = Object.entries(properties).map(([name, property]) => {
    const description = FIELD_DESCRIPTIONS[name];
    return [name, description === undefined ? property : { ...Object(property), description }];
  });
  return { type, properties: Object.fromEntries(described), required };
}
