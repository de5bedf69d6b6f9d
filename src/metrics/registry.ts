import { memoryUsage } from "node:process";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Which kind of process tells something; a scrape of `up` has both. */
export type ProcessKind = "server" | "worker";

/** Every metric of a process carries its kind; memory, CPU, garbage collection and the event loop's delay are there from the start. */
export function createRegistry(process: ProcessKind): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "maskloom_array_buffers_bytes",
    help: "Memory of pictures, tensors and answers; unlike nodejs_external_memory_bytes with what threads share",
    registers: [registry],
    collect() {
      this.set(memoryUsage().arrayBuffers);
    },
  });
  return registry;
}

export { Registry } from "prom-client";
