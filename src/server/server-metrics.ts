import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import { type AnsweredRequest, createHttpMetrics } from "../metrics/http-metrics.ts";
import { registerInstallation } from "../metrics/installation-metrics.ts";
import { mergeMetrics, type ToldMetrics } from "../metrics/merge.ts";
import type { MetricsText } from "../metrics/metrics-server.ts";
import { createRegistry } from "../metrics/registry.ts";
import { readInstallationState } from "../store/installation-reading.ts";
import type { Store } from "../store/store.ts";

interface ServerMetrics {
  readonly text: () => Promise<MetricsText>;
  readonly onAnswered: (request: AnsweredRequest) => void;
}

/** @param others of processes that this one looks after: a supervised worker has no address of its own */
export function createServerMetrics(
  { store, config }: { readonly store: Store; readonly config: Config },
  log: Logger,
  others: () => Promise<readonly ToldMetrics[]>,
): ServerMetrics {
  const registry = createRegistry("server");
  const limits = new Map(
    config.providers.flatMap(({ id, maxCost }) =>
      maxCost.day === undefined ? [] : [[id, maxCost.day] as const],
    ),
  );
  registerInstallation(
    registry,
    () => readInstallationState(store.db),
    limits,
    (error) => log.warn(error, "how the installation stands could not be read for its metrics"),
  );
  return {
    text: async () => mergeMetrics(registry, await others()),
    onAnswered: createHttpMetrics(registry),
  };
}
