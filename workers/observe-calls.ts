import { toMaskloomError } from "../src/errors.ts";
import type { TaskMetrics } from "../src/metrics/task-metrics.ts";
import type { CallDesk } from "../src/runs/calls/call-desk.ts";
import { inSpan, SpanKind } from "../src/tracing/spans.ts";

/** Counts what providers are asked for, and how that ends. */
export function observeCalls(calls: CallDesk, metrics: TaskMetrics): CallDesk {
  return {
    ...calls,
    async make(order) {
      const start = performance.now();
      const ended = (outcome: string) =>
        metrics.called(order.provider, outcome, (performance.now() - start) / 1000);
      try {
        const attributes = { "maskloom.provider": order.provider, "maskloom.region": order.region };
        const span = { kind: SpanKind.CLIENT, attributes };
        const result = await inSpan(`call ${order.provider}`, span, () => calls.make(order));
        ended("ok");
        return result;
      } catch (error) {
        ended(order.signal.aborted ? "stopped" : toMaskloomError(error).code);
        throw error;
      }
    },
  };
}
