import { toMaskloomError } from "../src/errors.ts";
import type { TaskMetrics } from "../src/metrics/task-metrics.ts";
import type { CallDesk } from "../src/runs/calls/call-desk.ts";

/** Counts what providers are asked for, and how that ends. */
export function observeCalls(calls: CallDesk, metrics: TaskMetrics): CallDesk {
  return {
    ...calls,
    async make(order) {
      const start = performance.now();
      const ended = (outcome: string) =>
        metrics.called(order.provider, outcome, (performance.now() - start) / 1000);
      try {
        const result = await calls.make(order);
        ended("ok");
        return result;
      } catch (error) {
        ended(order.signal.aborted ? "stopped" : toMaskloomError(error).code);
        throw error;
      }
    },
  };
}
