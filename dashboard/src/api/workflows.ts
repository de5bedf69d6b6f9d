import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { WorkflowDetail } from "../../../src/contracts/api.ts";
import type {
  ImportedWorkflow,
  ImportWorkflow,
  RemovedWorkflow,
  WorkflowCheck,
  WorkflowUsageList,
  WorkflowVersionDetail,
  WorkflowVersionList,
} from "../../../src/contracts/workflow-library.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

const at = (name: string, rest = "") => `/api/workflows/${encodeURIComponent(name)}${rest}`;

export const workflowQuery = (name: string) =>
  queryOptions({
    queryKey: queryKeys.workflow(name),
    queryFn: ({ signal }) => request<WorkflowDetail>(at(name), { signal }),
  });

export const workflowVersionsQuery = (name: string) =>
  queryOptions({
    queryKey: queryKeys.workflowVersions(name),
    queryFn: ({ signal }) => request<WorkflowVersionList>(at(name, "/versions"), { signal }),
  });

/** @param version the number of a saved one, or a digest; what it says never changes */
export const workflowVersionQuery = (name: string, version: string) =>
  queryOptions({
    queryKey: queryKeys.workflowVersion(name, version),
    queryFn: ({ signal }) => request<WorkflowVersionDetail>(at(name, `/versions/${version}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const workflowUsageQuery = queryOptions({
  queryKey: queryKeys.workflowUsage,
  queryFn: ({ signal }) => request<WorkflowUsageList>("/api/workflow-usage", { signal }),
});

const KEPT_MS = 60_000;

/** What the server says of a text; while it looks at the next one, the answer about the one before is kept. */
export const workflowCheckQuery = (source: string) =>
  queryOptions({
    queryKey: queryKeys.workflowCheck(source),
    queryFn: ({ signal }) =>
      request<WorkflowCheck>("/api/workflow-checks", { method: "POST", body: { source }, signal }),
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
  });

/** The JSON Schema of the language, for completion. */
export const workflowSchemaQuery = queryOptions({
  queryKey: queryKeys.workflowSchema,
  queryFn: ({ signal }) => request<Record<string, unknown>>("/schema/workflow.json", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** @param basedOn the version that it was made from; 0 = the name is new */
export function saveWorkflow(name: string, source: string, basedOn: number): Promise<WorkflowDetail> {
  return request(at(name), { method: "PUT", body: { source, basedOn } });
}

export function removeWorkflow(name: string): Promise<RemovedWorkflow> {
  return request(at(name), { method: "DELETE" });
}

export function importWorkflow(wish: ImportWorkflow): Promise<ImportedWorkflow> {
  return request("/api/workflow-imports", { method: "POST", body: wish });
}
