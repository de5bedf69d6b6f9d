import { AggregatorRegistry, type Registry } from "prom-client";
import { z } from "zod";
import type { MetricsText } from "./metrics-server.ts";

/** What another process of this machine said about itself, as JSON that only prom-client reads. */
export const ToldMetrics = z.array(z.looseObject({ name: z.string(), values: z.array(z.unknown()) }));
export type ToldMetrics = z.output<typeof ToldMetrics>;

/** One text for this process and those that it looks after: they differ in the label `process`, so nothing is summed. */
export async function mergeMetrics(own: Registry, others: readonly ToldMetrics[]): Promise<MetricsText> {
  const { contentType } = own;
  const told = others.filter((metrics) => metrics.length > 0);
  if (told.length === 0) return { contentType, text: await own.metrics() };
  const all = AggregatorRegistry.aggregate([await own.getMetricsAsJSON(), ...told]);
  return { contentType, text: await all.metrics() };
}
