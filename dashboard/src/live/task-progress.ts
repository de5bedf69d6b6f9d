import { type QueryClient, queryOptions, skipToken } from "@tanstack/react-query";
import type { Event } from "../../../src/contracts/run.ts";
import { queryKeys } from "../api/query-keys.ts";

/** How far each region is that a provider elsewhere is at: shares of 0 to 1, by the region's number from 0. */
export type TaskProgress = ReadonlyMap<number, number>;

const NONE: TaskProgress = new Map();

/** Another attempt begins anew, and what has ended is nowhere. */
const TURNS = /^task\.(started|ended|retrying)$/;

/** Told by events alone: nobody can be asked for it, and a moment later it is another. */
export const taskProgressQuery = (taskUUID: string) =>
  queryOptions<TaskProgress>({
    queryKey: queryKeys.progress(taskUUID),
    queryFn: skipToken,
    initialData: NONE,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/**
 * Takes in how far a task is, where somebody looks at it.
 * @returns whether that was all that the event says, so that nothing has to be asked for
 */
export function keepProgress(client: QueryClient, { type, taskUUID, data }: Event): boolean {
  const isProgress = type === "task.progress";
  if (taskUUID === null || !(isProgress || TURNS.test(type))) return false;
  const { queryKey } = taskProgressQuery(taskUUID);
  const isShown = client.getQueryState(queryKey) !== undefined;
  if (!isProgress) {
    if (isShown) client.setQueryData(queryKey, NONE);
    return false;
  }
  const { region, share } = data;
  if (!isShown || typeof region !== "number" || typeof share !== "number") return true;
  client.setQueryData(queryKey, (known = NONE) => {
    const others = [...known].filter(([at]) => at !== region);
    return new Map(share < 1 ? [...others, [region, share] as const].sort(([a], [b]) => a - b) : others);
  });
  return true;
}
