import { isConnectionLost } from "../../src/store/connection-loss.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import type { ExecuteTask, TaskRun } from "../worker.ts";
import type { TaskRecord, TaskRecords } from "./task-record.ts";

export type ExecuteRecorded = (task: LeasedTask, signal: AbortSignal, record: TaskRecord) => Promise<TaskRun>;

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
      const run = await execute(task, signal, record);
      const { kind, warnings } = run.result;
      for (const warning of warnings) record.info(warning);
      record.info(WORDS[kind], { ms: run.timings });
      return run;
    } catch (error) {
      if (signal.aborted) record.info(`stopped: ${String(signal.reason)}`);
      else if (!isConnectionLost(error)) record.failure(error);
      throw error;
    } finally {
      const written = records.flush();
      if (!signal.aborted) await written;
    }
  };
}

const WORDS: Readonly<Record<TaskRun["result"]["kind"], string>> = {
  succeeded: "done",
  cached: "taken from what was made before",
  skipped: "skipped: nothing had to be done",
};
