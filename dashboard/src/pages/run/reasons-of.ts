import type { RunDetail, TaskStatus } from "../../../../src/contracts/run.ts";
import type { ErrorRecord } from "../../../../src/errors.ts";

/** Those of a task that went wrong, and of one that somebody has to do something about. */
const TELLING: ReadonlySet<TaskStatus> = new Set(["failed", "held", "uncertain"]);

/**
 * Why a run failed; of one that goes on, or went on without what failed, what its tasks say, each thing once with the step
 * that said it first.
 */
export function reasonsOf({ error, tasks }: Pick<RunDetail, "error" | "tasks">): readonly ErrorRecord[] {
  if (error !== null) return [error];
  const reasons = new Map<string, ErrorRecord>();
  for (const task of tasks) {
    if (task.error === null || !TELLING.has(task.status)) continue;
    const { code, message } = task.error;
    const place = task.element === null ? task.step : `${task.step} ${task.element}`;
    const key = `${code} ${message}`;
    if (!reasons.has(key)) reasons.set(key, { code, message: `step ${place}: ${message}` });
  }
  return [...reasons.values()];
}
