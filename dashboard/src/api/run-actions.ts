import type { RerunRun } from "../../../src/contracts/actions.ts";
import type { RunDetail, TaskView } from "../../../src/contracts/run.ts";
import { postOnce as post } from "./post-once.ts";

/* What is done to a run or one of its tasks. Each is sent once per click: a key of its own goes with it. */

export const cancelRun = (uuid: string) => post<RunDetail>(`/api/runs/${uuid}/cancel`);
export const retryRun = (uuid: string) => post<RunDetail>(`/api/runs/${uuid}/retry`);
export const rerollRun = (uuid: string) => post<RunDetail>(`/api/runs/${uuid}/reroll`);
export const rerunRun = (uuid: string, changes: Partial<RerunRun>) =>
  post<RunDetail>(`/api/runs/${uuid}/rerun`, changes);
export const cancelTask = (uuid: string) => post<TaskView>(`/api/tasks/${uuid}/cancel`);
export const retryTask = (uuid: string) => post<TaskView>(`/api/tasks/${uuid}/retry`);
export const rerollTask = (uuid: string) => post<RunDetail>(`/api/tasks/${uuid}/reroll`);
