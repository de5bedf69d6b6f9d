import type { Config } from "../config/config.ts";
import type { InstallationReading } from "../contracts/installation-reading.ts";
import type { Logger } from "../logging/log.ts";
import { type AnsweredRequest, createHttpMetrics } from "../metrics/http-metrics.ts";
import { registerInstallation } from "../metrics/installation-metrics.ts";
import { mergeMetrics, type ToldMetrics } from "../metrics/merge.ts";
import type { MetricsText } from "../metrics/metrics-server.ts";
import { createRegistry } from "../metrics/registry.ts";
import { readInstallationState } from "../store/installation-reading.ts";
import { limitsInForce } from "../store/provider-limits.ts";
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
  const read = async (): Promise<InstallationReading> => {
    const [state, dayLimits] = await Promise.all([
      readInstallationState(store.db),
      Promise.all(config.providers.map((provider) => dayLimitOf(store, provider))),
    ]);
    return { ...state, dayLimits: dayLimits.flat() };
  };
  registerInstallation(registry, read, (error) =>
    log.warn(error, "how the installation stands could not be read for its metrics"),
  );
  return {
    text: async () => mergeMetrics(registry, await others()),
    onAnswered: createHttpMetrics(registry),
  };
}

/** What its configuration says, or what somebody has said since. */
async function dayLimitOf(
  { db }: Store,
  { id: provider, maxCost }: Config["providers"][number],
): Promise<InstallationReading["dayLimits"]> {
  const { day } = await limitsInForce(db, provider, maxCost);
  return day === undefined ? [] : [{ provider, usd: day }];
}
