import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { TaskView } from "../../../src/contracts/run.ts";
import type { LogLine, TaskCalls, TaskCrops, TaskLog } from "../../../src/contracts/task-records.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** What one request brings; there seldom is more. */
const LINES_AT_ONCE = 1_000;

async function fetchLog(path: string, signal: AbortSignal): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (;;) {
    const query = { after: lines.at(-1)?.id ?? 0, limit: LINES_AT_ONCE };
    const more = (await request<TaskLog>(path, { query, signal })).lines;
    lines.push(...more);
    if (more.length < LINES_AT_ONCE) return lines;
  }
}

export const taskLogQuery = (taskUUID: string) =>
  queryOptions({
    queryKey: queryKeys.log(taskUUID),
    queryFn: ({ signal }) => fetchLog(`/api/tasks/${taskUUID}/logs`, signal),
  });

export const runLogQuery = (runUUID: string) =>
  queryOptions({
    queryKey: queryKeys.log(runUUID),
    queryFn: ({ signal }) => fetchLog(`/api/runs/${runUUID}/logs`, signal),
  });

/** What it asked of providers elsewhere, so far. */
export const callsQuery = ({ taskUUID, endedAt }: Pick<TaskView, "taskUUID" | "endedAt">) =>
  queryOptions({
    queryKey: queryKeys.calls(taskUUID, endedAt),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await request<TaskCalls>(`/api/tasks/${taskUUID}/calls`, { signal })).calls,
  });

/** Its end belongs to the name: whose crops they are, and their numbers, are known from then on only. */
export const cropsQuery = ({ taskUUID, endedAt }: Pick<TaskView, "taskUUID" | "endedAt">) =>
  queryOptions({
    queryKey: queryKeys.crops(taskUUID, endedAt),
    queryFn: ({ signal }) => request<TaskCrops>(`/api/tasks/${taskUUID}/crops`, { signal }),
    placeholderData: keepPreviousData,
  });
