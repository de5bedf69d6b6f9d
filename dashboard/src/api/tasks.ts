import { queryOptions } from "@tanstack/react-query";
import type { TaskView } from "../../../src/contracts/run.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

export const taskQuery = (uuid: string) =>
  queryOptions({
    queryKey: queryKeys.task(uuid),
    queryFn: ({ signal }) => request<TaskView>(`/api/tasks/${uuid}`, { signal }),
  });
