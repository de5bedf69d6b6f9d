import { queryOptions } from "@tanstack/react-query";
import type { QueueList } from "../../../src/contracts/actions.ts";
import type { ModelList, WorkflowList } from "../../../src/contracts/api.ts";
import type { Health } from "../../../src/contracts/readiness.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/* What this installation has: it changes when somebody installs something, not while a run is under way. */

const STALE_MS = 60_000;

export const workflowsQuery = queryOptions({
  queryKey: queryKeys.workflows,
  queryFn: ({ signal }) => request<WorkflowList>("/api/workflows", { signal }),
  staleTime: STALE_MS,
});

export const modelsQuery = queryOptions({
  queryKey: queryKeys.models,
  queryFn: ({ signal }) => request<ModelList>("/api/models", { signal }),
  staleTime: STALE_MS,
  /* Commands in a terminal put files there and tell nobody: whoever comes back from one sees them. */
  refetchOnWindowFocus: "always",
});

export const healthQuery = queryOptions({
  queryKey: queryKeys.health,
  queryFn: ({ signal }) => request<Health>("/healthz", { signal }),
  staleTime: STALE_MS,
});

export const queuesQuery = queryOptions({
  queryKey: queryKeys.queues,
  queryFn: ({ signal }) => request<QueueList>("/api/queues", { signal }),
});
