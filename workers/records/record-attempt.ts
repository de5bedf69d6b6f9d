import { isConnectionLost } from "../../src/store/connection-loss.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import type { ExecuteTask, TaskRun } from "../worker.ts";
import type { TaskRecord, TaskRecords } from "./task-record.ts";

interface RecordedRun extends TaskRun {
  /** What is written down of the result, before the attempt's end is known, too. */
  readonly remember?: () => Promise<void>;
}

export type ExecuteRecorded = (
  task: LeasedTask,
  signal: AbortSignal,
  record: TaskRecord,
) => Promise<RecordedRun>;

/**
 * Executes with a record of how it went, all of which is written before the attempt's end is known to anybody. One that was
 * told to stop has ended already: its place is free at once.
 */
export function recordAttempts(records: TaskRecords, execute: ExecuteRecorded): ExecuteTask {
  return async (task, signal) => {
    const record = records.begin(task);
    const { attempt, provider, model, seed } = task;
    record.info(`attempt ${attempt} begins`, { model, provider, seed });
    try {
      const { result, timings, remember } = await execute(task, signal, record);
      for (const warning of result.warnings) record.info(warning);
      record.info(WORDS[result.kind], { ms: timings });
      await Promise.all([remember?.(), records.flush()]);
      return { result, timings };
    } catch (error) {
      if (signal.aborted) record.info(`stopped: ${reasonOf(signal)}`);
      else if (!isConnectionLost(error)) record.failure(error);
      throw error;
    } finally {
      const written = records.flush();
      if (!signal.aborted) await written;
    }
  };
}

const reasonOf = ({ reason }: AbortSignal): string =>
  reason instanceof Error ? reason.message : String(reason);

const WORDS: Readonly<Record<TaskRun["result"]["kind"], string>> = {
  succeeded: "done",
  cached: "taken from what was made before",
  skipped: "skipped: nothing had to be done",
};
