import { toMaskloomError } from "../src/errors.ts";
import type { Logger } from "../src/log.ts";
import { withLogFields } from "../src/log-fields.ts";
import type { CountedAttempt, TaskMetrics } from "../src/metrics/task-metrics.ts";
import type { LeasedTask } from "../src/store/leases.ts";
import { inSpan, tellWait } from "../src/tracing/spans.ts";
import type { ExecuteTask } from "./worker.ts";

/** Counts what is executed, and names the task in every line that is logged meanwhile. */
export function observeTasks(
  execute: ExecuteTask,
  { metrics, log }: { readonly metrics: TaskMetrics; readonly log: Logger },
): ExecuteTask {
  return (task, signal) => {
    const { runUUID, taskUUID, attempt, step } = task;
    return withLogFields({ runUUID, taskUUID, attempt, step }, async () => {
      metrics.began(task);
      tellWait(`delivery ${task.queue}`, task.waitedMs, { "maskloom.queue": task.queue }, task.traceparent);
      const end = attemptEnd(task, metrics);
      try {
        const { result, timings } = await inSpan(`attempt ${task.taskType}`, spanOf(task), () =>
          execute(task, signal),
        );
        const { kind: outcome, cost } = result;
        log.debug({ outcome, seconds: end({ outcome, timings, cost, code: null }) }, "attempt ended");
        return { result, timings };
      } catch (thrown) {
        const error = toMaskloomError(thrown);
        const outcome = signal.aborted ? "stopped" : "failed";
        const code = signal.aborted ? null : error.code;
        const seconds = end({ outcome, timings: {}, cost: null, code });
        if (!signal.aborted) log.warn({ code, seconds, reason: error.message }, "attempt failed");
        throw thrown;
      }
    });
  };
}

const spanOf = ({ traceparent, runUUID, taskUUID, step, attempt, provider, model }: LeasedTask) => ({
  within: traceparent,
  attributes: {
    "maskloom.run": runUUID,
    "maskloom.task": taskUUID,
    "maskloom.step": step,
    "maskloom.attempt": attempt,
    ...(provider === null ? {} : { "maskloom.provider": provider }),
    ...(model === null ? {} : { "maskloom.model": model }),
  },
});

/** @returns what counts the end and says how many seconds the attempt took */
function attemptEnd({ taskType, provider }: LeasedTask, metrics: TaskMetrics) {
  const start = performance.now();
  return (how: Pick<CountedAttempt, "outcome" | "timings" | "cost" | "code">): number => {
    const seconds = (performance.now() - start) / 1000;
    metrics.ended({ taskType, provider, seconds, ...how });
    return Math.round(seconds * 1000) / 1000;
  };
}
