import type { Config } from "../config/config.ts";
import { type MetricsAnswers, startMetricsServer } from "../metrics/metrics-server.ts";

/** Tells metrics on an address of their own, where one is configured. */
export async function openMetrics(
  { observability }: Config,
  answers: MetricsAnswers,
): Promise<{ close(): Promise<void> }> {
  if (observability.metrics === null) return { close: async () => undefined };
  return startMetricsServer(observability.metrics, answers);
}
