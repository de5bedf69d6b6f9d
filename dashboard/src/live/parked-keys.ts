import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { ParkedList } from "../../../src/contracts/parked.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { Changes } from "./changes.ts";

/** What has to be asked for again of what waits for money: where a task came to wait, and where one that is listed went on. */
export function parkedKeysOf(client: QueryClient, { runs, tasks, hasWorkers }: Changes): QueryKey[] {
  const isParked = [...runs.values()].some((change) => change.isParked === true);
  const lists = client.getQueriesData<ParkedList>({ queryKey: queryKeys.parkedLists });
  const isListed = lists.some(([, list]) => list?.tasks.some(({ taskUUID }) => tasks.has(taskUUID)));
  const touchesParked = isParked || isListed ? [queryKeys.parkedLists] : [];
  /* How providers are is told with heartbeats, as what workers are at. */
  const touchesProviders = hasWorkers || isParked || isListed ? [queryKeys.providers] : [];
  return [...touchesParked, ...touchesProviders];
}
