import type { Config } from "../../config/config.ts";
import { instancesOf } from "../../config/provider-groups.ts";
import type { QueueView } from "../../contracts/actions.ts";
import type { QueueState } from "../../store/queue-list.ts";

const QUEUE = "inpainting-";

/** A provider elsewhere has a queue of its own, and what the configuration lets it take: of a group, all its instances together. */
export function withLimits(queue: QueueState, { providers }: Pick<Config, "providers">): QueueView {
  const provider = queue.queue.startsWith(QUEUE) ? queue.queue.slice(QUEUE.length) : "";
  const instances = instancesOf(providers, provider);
  if (instances.length === 0) return { ...queue, limits: null };
  const concurrency = instances.reduce((sum, one) => sum + one.concurrency, 0);
  const paced = instances.flatMap(({ requestsPerSecond }) => requestsPerSecond ?? []);
  const requestsPerSecond =
    paced.length === instances.length ? paced.reduce((sum, rate) => sum + rate, 0) : null;
  return { ...queue, limits: { concurrency, requestsPerSecond } };
}
