import { queryOptions } from "@tanstack/react-query";
import type { Overview } from "../../../src/contracts/overview.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** What it cost today is since midnight where the reader is. */
export const overviewQuery = queryOptions({
  queryKey: queryKeys.overview,
  queryFn: ({ signal }) => {
    const today = new Date();
    today.setHours(0, 0, 0, 0);
    return request<Overview>("/api/overview", { query: { today: today.toISOString() }, signal });
  },
});
