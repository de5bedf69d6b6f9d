import { queryOptions } from "@tanstack/react-query";
import type { ModelSpeed, PullMessage, RemovedModel } from "../../../src/contracts/model-actions.ts";
import { queryKeys } from "./query-keys.ts";
import { request, requestLines } from "./request.ts";

const at = (id: string, action = "") => `/api/models/${encodeURIComponent(id)}${action}`;

/** How far a pull is, until it is done or has failed; it ends with the signal, and the next one goes on from there. */
export function pullModel(id: string, signal: AbortSignal): AsyncGenerator<PullMessage> {
  return requestLines(at(id, "/pull"), { method: "POST", signal });
}

export function removeModel(id: string): Promise<RemovedModel> {
  return request(at(id), { method: "DELETE" });
}

/** How fast a model is on the server's machine: measured when somebody asks, and kept for as long as the page is open. */
export const modelSpeedQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.modelSpeed(id),
    queryFn: ({ signal }) => request<ModelSpeed>(at(id, "/bench"), { method: "POST", signal }),
    enabled: false,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
