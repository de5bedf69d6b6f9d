import { z } from "zod";
import { WorkflowDetail, WorkflowList } from "../contracts/api.ts";
import {
  CheckWorkflow,
  ImportedWorkflow,
  ImportWorkflow,
  RemovedWorkflow,
  SaveWorkflow,
  VersionId,
  WorkflowCheck,
  WorkflowName,
  WorkflowUsageList,
  WorkflowVersionDetail,
  WorkflowVersionList,
} from "../contracts/workflow-library.ts";
import { getVersion, listVersions } from "./handlers/workflow-versions.ts";
import {
  checkWorkflow,
  getWorkflow,
  importWorkflow,
  listUsage,
  listWorkflows,
  removeWorkflow,
  saveWorkflow,
} from "./handlers/workflows.ts";
import { jsonOf, type Route, route } from "./route.ts";

const ok = (schema: z.ZodType, description = "As asked") => ({ 200: { description, schema } });
const ofName = z.strictObject({ name: WorkflowName });

/** Workflows by name. What is not about one name has a path of its own: any word may be one. */
export const workflowRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/workflows",
    operation: "workflows.list",
    summary: "The ready-made workflows, and those that were saved",
    responses: ok(WorkflowList),
    handle: listWorkflows,
  }),
  route({
    method: "get",
    path: "/api/workflows/:name",
    operation: "workflows.get",
    summary: "A workflow as it was written",
    params: ofName,
    responses: ok(WorkflowDetail),
    handle: getWorkflow,
  }),
  route({
    method: "put",
    path: "/api/workflows/:name",
    operation: "workflows.save",
    summary: "Saves a workflow as the version after basedOn; 409 where another one is the newest",
    params: ofName,
    body: jsonOf(SaveWorkflow),
    responses: ok(WorkflowDetail, "The workflow as it is saved now"),
    handle: saveWorkflow,
  }),
  route({
    method: "delete",
    path: "/api/workflows/:name",
    operation: "workflows.remove",
    summary: "Gives the name of a saved workflow up; its versions and runs stay known",
    role: "operator",
    params: ofName,
    responses: ok(RemovedWorkflow, "Removed"),
    handle: removeWorkflow,
  }),
  route({
    method: "get",
    path: "/api/workflows/:name/versions",
    operation: "workflows.versions",
    summary: "What the name has stood for: saved, shipped, or known from runs; each with how it went",
    params: ofName,
    responses: ok(WorkflowVersionList),
    handle: listVersions,
  }),
  route({
    method: "get",
    path: "/api/workflows/:name/versions/:version",
    operation: "workflows.version",
    summary: "One of them as text",
    params: z.strictObject({ name: WorkflowName, version: VersionId }),
    responses: ok(WorkflowVersionDetail),
    handle: getVersion,
  }),
  route({
    method: "get",
    path: "/api/workflow-usage",
    operation: "workflows.usage",
    summary: "How often each workflow was used, and how it went",
    responses: ok(WorkflowUsageList),
    handle: listUsage,
  }),
  route({
    method: "post",
    path: "/api/workflow-checks",
    operation: "workflows.check",
    summary: "All that is wrong with a text, by line and column, and whether it can be executed here",
    role: "viewer",
    body: jsonOf(CheckWorkflow),
    responses: ok(WorkflowCheck),
    handle: checkWorkflow,
  }),
  route({
    method: "post",
    path: "/api/workflow-imports",
    operation: "workflows.import",
    summary: "Settings of ADetailer or a graph of ComfyUI as a workflow, and what has no equivalent",
    role: "viewer",
    body: jsonOf(ImportWorkflow),
    responses: ok(ImportedWorkflow),
    handle: importWorkflow,
  }),
];
