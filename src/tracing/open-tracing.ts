import type { Config } from "../config/config.ts";
import { packageVersion } from "../package-version.ts";
import type { Tracing } from "./start-tracing.ts";

/** Loads the SDK only where a collector is configured: it is larger than all that uses it. */
export async function openTracing({ observability }: Config, service: string): Promise<Tracing> {
  const { tracesUrl: url } = observability;
  if (url === undefined) return { stop: async () => undefined };
  const { startTracing } = await import("./start-tracing.ts");
  return startTracing({ url, service, version: packageVersion() });
}
