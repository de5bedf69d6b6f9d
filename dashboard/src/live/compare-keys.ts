import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import type { Changes } from "./changes.ts";

/** What has to be asked for again of what is laid side by side: batches that went on, and new runs of a picture. */
export function compareKeysOf(client: QueryClient, { batches, hasNewRuns }: Changes): QueryKey[] {
  const compared = client
    .getQueryCache()
    .findAll({ queryKey: queryKeys.comparisons })
    .map(({ queryKey }) => queryKey)
    .filter(([, , query]) => Object.values(query as object).some((value) => batches.has(String(value))));
  return hasNewRuns ? [...compared, ["runs", "alike"]] : compared;
}
