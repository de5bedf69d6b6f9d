import { type QueryClient, queryOptions, skipToken } from "@tanstack/react-query";
import type { Event } from "../../../src/contracts/run.ts";
import { previewPath } from "../api/artifact-path.ts";
import { queryKeys } from "../api/query-keys.ts";

/** How far one region is. */
export interface RegionState {
  /** 0 to 1. */
  readonly share: number;
  /** Where it is told. */
  readonly sampling: { readonly step: number; readonly steps: number } | null;
  /** Where it is seen as it is at the moment. */
  readonly preview: string | null;
}

/** Those that a provider elsewhere is at, by the region's number from 0. */
export type TaskProgress = ReadonlyMap<number, RegionState>;

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
  const { region } = data;
  const state = stateOf(data);
  if (!isShown || typeof region !== "number" || state === null) return true;
  client.setQueryData(queryKey, (known = NONE) => {
    const others = [...known].filter(([at]) => at !== region);
    const isUnderWay = state.share > 0 && state.share < 1;
    return new Map(isUnderWay ? [...others, [region, state] as const].sort(([a], [b]) => a - b) : others);
  });
  return true;
}

function stateOf({ share, sampling, preview }: Event["data"]): RegionState | null {
  if (typeof share !== "number") return null;
  const { step, steps } = fieldsOf(sampling);
  const { callUUID, version } = fieldsOf(preview);
  return {
    share,
    sampling: typeof step === "number" && typeof steps === "number" ? { step, steps } : null,
    preview:
      typeof callUUID === "string" && typeof version === "number" ? previewPath(callUUID, version) : null,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
