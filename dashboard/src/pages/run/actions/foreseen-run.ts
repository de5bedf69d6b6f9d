import type { RunDetail, TaskStatus, TaskView } from "../../../../../src/contracts/run.ts";
import { serverNow } from "../../../components/clock.ts";

/* How a run will stand once the server has done what was asked of it: shown at once, and taken back where it is refused. */

type Now = () => string;
const now: Now = () => new Date(serverNow()).toISOString();

export const DONE: ReadonlySet<TaskStatus> = new Set([
  "succeeded",
  "cached",
  "skipped",
  "failed",
  "cancelled",
]);

/** What came to nothing, or was passed over since something before it did. */
export const isRetryable = ({ status, error }: Pick<TaskView, "status" | "error">): boolean =>
  status === "failed" || status === "cancelled" || (status === "skipped" && error !== null);

const stopped = (task: TaskView, at: string): TaskView =>
  DONE.has(task.status) ? task : { ...task, status: "cancelled", endedAt: at };

const waiting = (task: TaskView): TaskView =>
  isRetryable(task)
    ? { ...task, status: "waiting", output: null, error: null, startedAt: null, endedAt: null }
    : task;

export function cancelled(run: RunDetail, clock = now): RunDetail {
  const at = clock();
  return { ...run, status: "cancelled", endedAt: at, tasks: run.tasks.map((task) => stopped(task, at)) };
}

/** What follows for the rest of the run is the engine's to say. */
export function withTaskCancelled(run: RunDetail, taskUUID: string, clock = now): RunDetail {
  const at = clock();
  return { ...run, tasks: run.tasks.map((task) => (task.taskUUID === taskUUID ? stopped(task, at) : task)) };
}

export function retried(run: RunDetail): RunDetail {
  return { ...begun(run), tasks: run.tasks.map(waiting) };
}

export function withTaskRetried(run: RunDetail, taskUUID: string): RunDetail {
  return {
    ...begun(run),
    tasks: run.tasks.map((task) => (task.taskUUID === taskUUID ? waiting(task) : task)),
  };
}

const begun = (run: RunDetail): RunDetail => ({
  ...run,
  status: "running",
  ...{ output: null, outputs: null, error: null, warnings: [], endedAt: null, durationMs: null },
});
