import process from "node:process";
import type { Registry } from "./registry.ts";

/** Answers the process that looks after this one whenever it asks; alone there is nobody to ask. */
export function tellParent(registry: Registry): void {
  process.on("message", (message) => {
    if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "metrics")
      return;
    registry
      .getMetricsAsJSON()
      .then((metrics) => process.send?.({ type: "metrics", metrics }))
      .catch(() => process.send?.({ type: "metrics", metrics: [] }));
  });
}
