import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { queryKeys, type WaitingKind } from "../api/query-keys.ts";
import type { Changes, RunChange } from "./changes.ts";

/** What says that one more waits. */
const MORE: Readonly<Record<WaitingKind, keyof RunChange>> = { reviews: "isAsked", parked: "isParked" };
const KINDS = Object.keys(MORE) as WaitingKind[];

/** Which counts have to be asked for again: where one came to wait, and while some do, where any task went on. */
export function waitingKeysOf(client: QueryClient, { runs, tasks }: Changes): QueryKey[] {
  return KINDS.filter((kind) => {
    const known = client.getQueryData<{ readonly total: number }>(queryKeys.waiting(kind));
    const mayBeLess = tasks.size > 0 && known !== undefined && known.total > 0;
    return mayBeLess || [...runs.values()].some((change) => change[MORE[kind]] === true);
  }).map(queryKeys.waiting);
}
