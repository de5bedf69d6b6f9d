import { type ErrorCode, toMaskloomError } from "../src/errors.ts";
import type { Logger } from "../src/logging/log.ts";
import { withLogFields } from "../src/logging/log-fields.ts";
import type { CountedAttempt, TaskMetrics } from "../src/metrics/task-metrics.ts";
import type { LeasedTask } from "../src/store/leases.ts";
import { inSpan, tellWait } from "../src/tracing/spans.ts";
import type { ExecuteTask } from "./worker.ts";

/** What waits for money or for a person to look at a bill has not failed. */
const PARKING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["BUDGET_EXCEEDED", "CALL_UNCERTAIN"]);

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
        const { kind: outcome } = result;
        log.debug({ outcome, seconds: end({ outcome, timings, code: null }) }, "attempt ended");
        return { result, timings };
      } catch (thrown) {
        const error = toMaskloomError(thrown);
        const outcome = signal.aborted ? "stopped" : PARKING.has(error.code) ? "parked" : "failed";
        const code = outcome === "failed" ? error.code : null;
        const seconds = end({ outcome, timings: {}, code });
        if (outcome !== "stopped")
          log.warn({ code: error.code, seconds, reason: error.message }, `attempt ${outcome}`);
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
  return (how: Pick<CountedAttempt, "outcome" | "timings" | "code">): number => {
    const seconds = (performance.now() - start) / 1000;
    metrics.ended({ taskType, provider, seconds, ...how });
    return Math.round(seconds * 1000) / 1000;
  };
}
