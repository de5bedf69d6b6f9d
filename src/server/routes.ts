import { z } from "zod";
import {
  ApiError,
  BatchView,
  EventQuery,
  ModelList,
  RunWorkflow,
  StartRun,
  StartRunForm,
  WaitQuery,
} from "../contracts/api.ts";
import { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { Health, Readiness } from "../contracts/readiness.ts";
import { RunDetail, TaskView } from "../contracts/run.ts";
import { LinkQuery, PICTURES_PATH, PictureFile } from "../runs/pictures/picture-links.ts";
import { actionRoutes } from "./action-routes.ts";
import { batchRoutes } from "./batch-routes.ts";
import { compareRoutes } from "./compare-routes.ts";
import { dashboardRoutes } from "./dashboard-routes.ts";
import { getArtifact } from "./handlers/artifacts.ts";
import { listModels } from "./handlers/catalogue.ts";
import { getBatch, getTask } from "./handlers/details.ts";
import { getDocs, getDocsFile } from "./handlers/docs.ts";
import { getHealth, getReadiness } from "./handlers/health.ts";
import { getHome } from "./handlers/home.ts";
import { getImage, isSigned } from "./handlers/images.ts";
import { getMetrics } from "./handlers/metrics.ts";
import { getRun, getRunWorkflow, startRun } from "./handlers/runs.ts";
import { getTaskSchema } from "./handlers/task-schemas.ts";
import { getWorkflowSchema } from "./handlers/workflow-schema.ts";
import { modelRoutes } from "./model-routes.ts";
import { describeApi } from "./openapi.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { parkedRoutes } from "./parked-routes.ts";
import { providerRoutes } from "./provider-routes.ts";
import { recordRoutes } from "./record-routes.ts";
import { reviewRoutes } from "./review-routes.ts";
import { bodyOf, type Route, route } from "./route.ts";
import { sessionRoutes } from "./session-routes.ts";
import { settingsRoutes } from "./settings-routes.ts";
import { spendingRoutes } from "./spending-routes.ts";
import { workflowRoutes } from "./workflow-routes.ts";

const ok = (schema: z.ZodType, description = "As asked") => ({ 200: { description, schema } });

const PICTURE_TYPES = ["image/png", "image/jpeg", "image/webp"];

/** Where the live connection is; the server's upgrade handler answers it. */
export const EVENTS_PATH = "/api/events";

/** The API. Whatever is said about it elsewhere (OpenAPI, 405, the client's test) is made from these rows. */
export const routes: readonly Route[] = [
  route({
    method: "get",
    path: "/",
    operation: "home",
    summary: "The dashboard; where it was not built, a page with links",
    isPublic: true,
    responses: { 200: { description: "The page", mediaTypes: ["text/html"] } },
    handle: getHome,
  }),
  route({
    method: "get",
    path: "/healthz",
    operation: "health",
    summary: "Whether the process lives",
    isPublic: true,
    responses: ok(Health),
    handle: getHealth,
  }),
  route({
    method: "get",
    path: "/readyz",
    operation: "readiness",
    summary: "Whether database, migrations and queue answer",
    isPublic: true,
    responses: { ...ok(Readiness, "Ready"), 503: { description: "Something is missing", schema: Readiness } },
    handle: getReadiness,
  }),
  route({
    method: "get",
    path: "/metrics",
    operation: "metrics",
    summary: "How the installation and this server are, as Prometheus reads it",
    role: "admin",
    responses: { 200: { description: "Metrics in Prometheus' text format", mediaTypes: ["text/plain"] } },
    handle: getMetrics,
  }),
  route({
    method: "get",
    path: "/openapi.json",
    operation: "openapi",
    summary: "This document",
    isPublic: true,
    responses: ok(z.record(z.string(), z.unknown()), "OpenAPI 3.1"),
    handle: () => ({ status: 200, body: describeApi(routes) }),
  }),
  route({
    method: "get",
    path: "/schemas/:file",
    operation: "schemas.get",
    summary: "The JSON Schema of a task of the Runware-compatible API, such as imageMasking.json",
    isPublic: true,
    params: z.strictObject({ file: z.string() }),
    responses: ok(z.record(z.string(), z.unknown()), "JSON Schema 2020-12"),
    handle: getTaskSchema,
  }),
  route({
    method: "get",
    path: "/schema/workflow.json",
    operation: "schema.workflow",
    summary: "The JSON Schema of workflow files, for completion in editors",
    isPublic: true,
    responses: ok(z.record(z.string(), z.unknown()), "JSON Schema draft 7"),
    handle: getWorkflowSchema,
  }),
  route({
    method: "get",
    path: "/docs",
    operation: "docs",
    summary: "This document as a page on which it can be tried",
    isPublic: true,
    responses: { 200: { description: "The page", mediaTypes: ["text/html"] } },
    handle: getDocs,
  }),
  route({
    method: "get",
    path: "/docs/:file",
    operation: "docs.file",
    summary: "Scripts and styles of that page",
    isPublic: true,
    params: z.strictObject({ file: z.string() }),
    responses: {
      200: { description: "The file", mediaTypes: ["text/javascript", "text/css"] },
      304: { description: "The client has it already", mediaTypes: [] },
    },
    handle: getDocsFile,
  }),
  ...dashboardRoutes,
  ...compareRoutes,
  ...sessionRoutes,
  ...modelRoutes,
  route({
    method: "post",
    path: "/api/runs",
    operation: "runs.create",
    summary: "Starts a workflow on a picture",
    query: WaitQuery,
    body: bodyOf(StartRun, { fields: StartRunForm, file: "image" }),
    responses: {
      200: { description: "The run has ended within the time given by `wait`", schema: RunDetail },
      202: { description: "The run is under way", schema: RunDetail },
      422: {
        description: "The picture cannot be used; the run exists and holds the error",
        schema: ApiError,
      },
    },
    handle: startRun,
  }),
  route({
    method: "get",
    path: "/api/runs/:runUUID",
    operation: "runs.get",
    summary: "A run with its tasks and their attempts; wait holds the answer back until it ends",
    params: z.strictObject({ runUUID: RunUUID }),
    query: WaitQuery,
    responses: ok(RunDetail),
    handle: getRun,
  }),
  route({
    method: "get",
    path: "/api/runs/:runUUID/workflow",
    operation: "runs.workflow",
    summary: "The workflow that a run follows, edited ones of reruns included, and which step needs which",
    params: z.strictObject({ runUUID: RunUUID }),
    responses: ok(RunWorkflow),
    handle: getRunWorkflow,
  }),
  route({
    method: "get",
    path: "/api/tasks/:taskUUID",
    operation: "tasks.get",
    summary: "A task with its attempts",
    params: z.strictObject({ taskUUID: TaskUUID }),
    responses: ok(TaskView),
    handle: getTask,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID",
    operation: "batches.get",
    summary: "A batch, and how many of its runs stand where",
    params: z.strictObject({ batchUUID: BatchUUID }),
    responses: ok(BatchView),
    handle: getBatch,
  }),
  ...actionRoutes,
  ...batchRoutes,
  ...recordRoutes,
  ...ownerRoutes,
  ...parkedRoutes,
  ...providerRoutes,
  ...reviewRoutes,
  ...settingsRoutes,
  ...spendingRoutes,
  route({
    method: "get",
    path: "/api/artifacts/:uuid",
    operation: "artifacts.download",
    summary: "The bytes of an image or a mask",
    params: z.strictObject({ uuid: ArtifactUUID }),
    responses: {
      200: { description: "All of it", mediaTypes: PICTURE_TYPES },
      206: { description: "The part that Range asked for", mediaTypes: PICTURE_TYPES },
      304: { description: "The client has it already", mediaTypes: [] },
      416: { description: "Range lies outside of it", mediaTypes: [] },
    },
    handle: getArtifact,
  }),
  route({
    method: "get",
    path: `${PICTURES_PATH}/:file`,
    operation: "images.download",
    summary:
      "A picture in the format of its extension: with a key, or by a link that is signed and has not expired",
    isGranted: isSigned,
    params: z.strictObject({ file: PictureFile }),
    query: LinkQuery,
    responses: {
      200: { description: "All of it", mediaTypes: PICTURE_TYPES },
      206: { description: "The part that Range asked for", mediaTypes: PICTURE_TYPES },
      304: { description: "The client has it already", mediaTypes: [] },
      416: { description: "Range lies outside of it", mediaTypes: [] },
    },
    handle: getImage,
  }),
  ...workflowRoutes,
  route({
    method: "get",
    path: "/api/models",
    operation: "models.list",
    summary: "What finds and what repaints",
    responses: ok(ModelList),
    handle: listModels,
  }),
  route({
    method: "get",
    path: EVENTS_PATH,
    operation: "events",
    summary: "Live events over a WebSocket: each text message is a LiveMessage; after resumes",
    query: EventQuery,
    responses: {
      101: { description: "The connection is a WebSocket now", mediaTypes: [] },
      426: { description: "A plain request that a WebSocket would have been granted for", schema: ApiError },
    },
    handle: () => ({
      status: 426,
      headers: { upgrade: "websocket" },
      body: {
        error: {
          code: "INPUT_INVALID",
          message: `${EVENTS_PATH}: expected a WebSocket upgrade, got a plain request`,
        },
      } satisfies ApiError,
    }),
  }),
];
