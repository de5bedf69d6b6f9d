import type { Config } from "../../config.ts";
import type { QueueView } from "../../contracts/actions.ts";
import type { QueueState } from "../../store/queue-list.ts";

/** A provider elsewhere has a queue of its own, and what the configuration lets it take. */
export function withLimits(queue: QueueState, { providers }: Pick<Config, "providers">): QueueView {
  const provider = providers.find(({ id }) => queue.queue === `inpainting-${id}`);
  if (provider === undefined) return { ...queue, limits: null };
  const { concurrency, requestsPerSecond = null } = provider;
  return { ...queue, limits: { concurrency, requestsPerSecond } };
}
