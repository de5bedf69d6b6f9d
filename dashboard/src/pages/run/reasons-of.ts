import type { RunDetail, TaskStatus, TaskView } from "../../../../src/contracts/run.ts";
import type { ErrorRecord } from "../../../../src/errors.ts";

/** Those of a task that went wrong, and of one that somebody has to do something about. */
const TELLING: ReadonlySet<TaskStatus> = new Set(["failed", "held", "uncertain"]);

export interface Reason extends ErrorRecord {
  /** Nothing went wrong: it waits for money, or for a look at a bill. */
  readonly waits?: true;
}

const WAITING: ReadonlySet<TaskStatus> = new Set(["held", "uncertain"]);

/** What a task says, and whether it waits. */
export const reasonOf = ({ status }: Pick<TaskView, "status">, error: ErrorRecord): Reason =>
  WAITING.has(status) ? { ...error, waits: true } : error;

/**
 * Why a run failed; of one that goes on, or went on without what failed, what its tasks say, each thing once with the step
 * that said it first.
 */
export function reasonsOf({ error, tasks }: Pick<RunDetail, "error" | "tasks">): readonly Reason[] {
  if (error !== null) return [error];
  const reasons = new Map<string, Reason>();
  for (const task of tasks) {
    if (task.error === null || !TELLING.has(task.status)) continue;
    const { code, message } = task.error;
    const place = task.element === null ? task.step : `${task.step} ${task.element}`;
    const key = `${code} ${message}`;
    if (!reasons.has(key)) reasons.set(key, reasonOf(task, { code, message: `step ${place}: ${message}` }));
  }
  return [...reasons.values()];
}
