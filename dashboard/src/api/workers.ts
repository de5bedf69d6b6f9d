import { queryOptions } from "@tanstack/react-query";
import type { QueueView } from "../../../src/contracts/actions.ts";
import type { WorkerList } from "../../../src/contracts/overview.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export const workersQuery = queryOptions({
  queryKey: queryKeys.workers,
  queryFn: ({ signal }) => request<WorkerList>("/api/workers", { signal }),
});

/** @returns the queue as it stands then */
export function steerQueue(queue: string, action: "pause" | "resume"): Promise<QueueView> {
  return request(`/api/queues/${encodeURIComponent(queue)}/${action}`, { method: "POST" });
}
