import { collectDefaultMetrics, Registry } from "prom-client";

/** Which kind of process tells something; a scrape of `up` has both. */
export type ProcessKind = "server" | "worker";

/** Every metric of a process carries its kind; memory, CPU, garbage collection and the event loop's delay are there from the start. */
export function createRegistry(process: ProcessKind): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export { Registry } from "prom-client";
