import { z } from "zod";
import {
  ChangeBatch,
  QueueList,
  QueueView,
  RerollRun,
  RerunRun,
  RetriedBatch,
  StartBatch,
} from "../contracts/actions.ts";
import {
  ApiError,
  BatchPage,
  BatchSummary,
  BatchView,
  ListedBatch,
  LiveMessage,
  ModelList,
  ModelView,
  RunPage,
  StartRun,
  WorkflowDetail,
  WorkflowList,
  WorkflowSummary,
} from "../contracts/api.ts";
import { AuditPage } from "../contracts/audit.ts";
import {
  BatchEstimate,
  BatchPictures,
  BatchSettings,
  DryRunBatch,
  DryRunLine,
  EstimateBatch,
  FolderList,
  StoredPictures,
} from "../contracts/batches.ts";
import { ChangedRuns, RerunRuns, RerunsBegun } from "../contracts/bulk.ts";
import { DetectAnswer } from "../contracts/detect.ts";
import { CreatedKey, CreateKey, KeyList, KeyView } from "../contracts/keys.ts";
import { ModelSpeed, PullMessage } from "../contracts/model-actions.ts";
import { Found, Overview, WorkerList, WorkerView } from "../contracts/overview.ts";
import { Health, Readiness } from "../contracts/readiness.ts";
import { AttemptView, Event, RunDetail, RunView, TaskView } from "../contracts/run.ts";
import { RunCount } from "../contracts/run-list.ts";
import { SESSION_COOKIE, SessionView } from "../contracts/session.ts";
import { Settings } from "../contracts/settings.ts";
import { Spending } from "../contracts/spending.ts";
import {
  CheckWorkflow,
  ImportedWorkflow,
  ImportWorkflow,
  SaveWorkflow,
  WorkflowCheck,
  WorkflowUsageList,
  WorkflowVersion,
  WorkflowVersionDetail,
  WorkflowVersionList,
} from "../contracts/workflow-library.ts";
import { WIRE_PATHS, WIRE_TAG, wireComponents } from "./openapi-wire.ts";
import type { BodySpec, ResponseSpec, Route } from "./route.ts";
import { VERSION } from "./version.ts";

type JsonSchema = Record<string, unknown>;

/** Schemas that have a name in the document; whatever else occurs is written out where it stands. */
const NAMED = {
  ApiError,
  AttemptView,
  AuditPage,
  BatchEstimate,
  BatchPage,
  BatchPictures,
  BatchSettings,
  BatchSummary,
  BatchView,
  ChangedRuns,
  CreatedKey,
  DetectAnswer,
  DryRunLine,
  Event,
  FolderList,
  Found,
  Health,
  ImportedWorkflow,
  KeyList,
  KeyView,
  ListedBatch,
  LiveMessage,
  ModelList,
  ModelSpeed,
  ModelView,
  Overview,
  PullMessage,
  QueueList,
  QueueView,
  Readiness,
  RetriedBatch,
  RerunsBegun,
  RunDetail,
  RunCount,
  RunPage,
  RunView,
  SessionView,
  Settings,
  Spending,
  StoredPictures,
  TaskView,
  WorkerList,
  WorkerView,
  WorkflowCheck,
  WorkflowDetail,
  WorkflowList,
  WorkflowSummary,
  WorkflowUsageList,
  WorkflowVersion,
  WorkflowVersionDetail,
  WorkflowVersionList,
} as const;

/** What is sent to the server: with defaults still optional, so it is converted from the other side. */
const NAMED_INPUTS = {
  ChangeBatch,
  CheckWorkflow,
  CreateKey,
  DryRunBatch,
  EstimateBatch,
  ImportWorkflow,
  RerollRun,
  RerunRun,
  RerunRuns,
  SaveWorkflow,
  StartBatch,
  StartRun,
} as const;

const referenceTo = (name: string) => `#/components/schemas/${name}`;

/** The first whose beginning a path has. */
const TAGS = [
  { ...WIRE_TAG, beginning: "/v1" },
  { name: "Workflows and runs", description: "Maskloom's own API: docs/api.md.", beginning: "/api/" },
  { name: "Server", description: "The server itself, and what describes it.", beginning: "/" },
];

/** The OpenAPI 3.1 document of the routes and of the wire, made from their schemas. */
export function describeApi(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: describeOperation(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Maskloom",
      version: VERSION,
      description: "Finds faces in images, makes masks of them and chains the masks into zoomed inpainting.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    paths: { ...WIRE_PATHS, ...paths },
    components: {
      schemas: {
        ...wireComponents(),
        ...namedSchemas(NAMED, "output"),
        ...namedSchemas(NAMED_INPUTS, "input"),
      },
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
      },
    },
  };
}

function describeOperation(route: Route): JsonSchema {
  const { operation, summary, isPublic, body } = route;
  const described = Object.entries(route.responses).map(([status, spec]) => [status, describeResponse(spec)]);
  return {
    operationId: operation,
    tags: TAGS.filter(({ beginning }) => route.path.startsWith(beginning))
      .slice(0, 1)
      .map(({ name }) => name),
    summary,
    ...(isPublic ? {} : { security: [{ key: [] }, { session: [] }, {}] }),
    parameters: [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")],
    ...(body === null ? {} : { requestBody: describeBody(body) }),
    responses: {
      ...Object.fromEntries(described),
      default: { description: "A failure", content: jsonContent(ApiError) },
    },
  };
}

function parametersOf(schema: z.ZodObject, place: "path" | "query"): JsonSchema[] {
  const { properties, required } = inlineSchema(schema);
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(Object(properties)).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || needed.includes(name),
    schema: property,
  }));
}

function describeBody({ json, form, isOptional }: BodySpec): JsonSchema {
  const content = json === null ? {} : { ...jsonContent(json) };
  if (form === undefined) return { required: isOptional !== true, content };
  const fields = inlineSchema(form.fields);
  const one = { type: "string", contentMediaType: "application/octet-stream" };
  const file = form.many ? { type: "array", items: one } : one;
  const schema = { ...fields, properties: { ...Object(fields["properties"]), [form.file]: file } };
  return { required: true, content: { "multipart/form-data": { schema }, ...content } };
}

function describeResponse(spec: ResponseSpec): JsonSchema {
  const { description } = spec;
  if ("schema" in spec) return { description, content: jsonContent(spec.schema) };
  if (spec.mediaTypes.length === 0) return { description };
  return { description, content: Object.fromEntries(spec.mediaTypes.map((type) => [type, {}])) };
}

function jsonContent(schema: z.ZodType): JsonSchema {
  const names = Object.entries({ ...NAMED, ...NAMED_INPUTS });
  const name = names.find(([, named]) => named === schema)?.[0];
  return {
    "application/json": { schema: name === undefined ? inlineSchema(schema) : { $ref: referenceTo(name) } },
  };
}

function inlineSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function namedSchemas(named: Readonly<Record<string, z.ZodType>>, io: "input" | "output"): JsonSchema {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: referenceTo, io });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}
