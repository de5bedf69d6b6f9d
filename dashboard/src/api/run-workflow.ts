import { queryOptions } from "@tanstack/react-query";
import type { RunWorkflow } from "../../../src/contracts/api.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** What a run follows never changes. */
export const runWorkflowQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.runWorkflow(uuid),
    queryFn: ({ signal }) => request<RunWorkflow>(`/api/runs/${uuid}/workflow`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
