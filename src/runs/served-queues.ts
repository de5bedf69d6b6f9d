import { MaskloomError } from "../errors.ts";
import type { RemoteProvider } from "../inpainting/providers/provider-instance.ts";
import { suggestion } from "../nearest-name.ts";

/** Those that every installation has. */
export const OWN_QUEUES = ["masking", "inpainting-local", "outside"] as const;

/** Every queue whose name begins so. */
const INPAINTING = "inpainting";
/** What waits for others' machines needs none of this one's. */
const OUTSIDE_AT_ONCE = 8;

/**
 * The queues that a worker serves, with how many tasks of each it executes at a time. Those of providers elsewhere wait more
 * than they work: their number is the provider's own.
 * @param wanted names of queues, `inpainting` for all of them; none = every queue there is
 * @param concurrency of queues that work on this machine
 * @throws INPUT_INVALID for a name that no queue has
 */
export function servedQueues(
  wanted: readonly string[],
  concurrency: number,
  providers: readonly Pick<RemoteProvider, "id" | "settings">[],
): Record<string, number> {
  const all = new Map<string, number>([
    ...OWN_QUEUES.map((name) => [name, name === "outside" ? OUTSIDE_AT_ONCE : concurrency] as const),
    ...providers.map(({ id, settings }) => [`${INPAINTING}-${id}`, settings.concurrency] as const),
  ]);
  const names = wanted.length === 0 ? [...all.keys()] : wanted.flatMap((name) => queuesNamed(name, all));
  return Object.fromEntries([...all].filter(([name]) => names.includes(name)));
}

function queuesNamed(name: string, all: ReadonlyMap<string, number>): string[] {
  const known = [...all.keys()];
  if (name === INPAINTING) return known.filter((queue) => queue.startsWith(`${INPAINTING}-`));
  if (all.has(name)) return [name];
  throw new MaskloomError(
    "INPUT_INVALID",
    `queue ${name}: expected some of ${[INPAINTING, ...known].join(", ")}.${suggestion(name, known)} ` +
      "A provider's queue is known where its configuration is",
  );
}
