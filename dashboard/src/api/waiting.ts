import { queryOptions } from "@tanstack/react-query";
import { queryKeys, type WaitingKind } from "./query-keys.ts";
import { request } from "./request.ts";

/** How many of them wait for somebody: pictures for a review, tasks for money or for a look at a bill. */
export const waitingQuery = (kind: WaitingKind) =>
  queryOptions({
    queryKey: queryKeys.waiting(kind),
    queryFn: ({ signal }) =>
      request<{ readonly total: number }>(`/api/${kind}`, { query: { limit: 1 }, signal }),
  });
