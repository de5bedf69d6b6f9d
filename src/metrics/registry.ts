import { totalmem } from "node:os";
import { constrainedMemory, memoryUsage } from "node:process";
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
  new Gauge({
    name: "maskloom_memory_limit_bytes",
    help: "Memory that the process may have: its container's, or else the machine's",
    registers: [registry],
    collect() {
      this.set(mostMemory(constrainedMemory(), totalmem()));
    },
  });
  return registry;
}

/** @param constrained what Node says of the control group: 0, or more than there is, where nothing is constrained */
export function mostMemory(constrained: number, total: number): number {
  return constrained > 0 ? Math.min(constrained, total) : total;
}

export { Registry } from "prom-client";
