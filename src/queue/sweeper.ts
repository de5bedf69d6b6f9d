import { startLoop } from "./loop.ts";
import { type DeliveryKey, deliveryId, type TaskQueues } from "./task-queues.ts";

/** What the sweeper needs of the store. */
export interface LostWork {
  /** Ends attempts whose lease ran out. */
  sweepLeases(): Promise<number>;
  /** Deliveries that were handed over a while ago and that no worker has leased, page by page until one is empty. */
  staleDeliveries(after: DeliveryKey | null): Promise<readonly DeliveryKey[]>;
  /** Their tasks are handed over anew, under the next number. */
  forget(deliveries: readonly DeliveryKey[]): Promise<void>;
  sweepAbandoned(): Promise<void>;
  /** Called when something became ready. */
  wake(): void;
}

export interface SweeperOptions {
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Finds what a crash left behind: losing a worker, or the whole queue, loses nothing. One at a time. */
export function startSweeper(work: LostWork, queues: TaskQueues, options: SweeperOptions) {
  const sweep = async () => {
    const revived = await work.sweepLeases();
    const forgotten = await forgetLost(work, queues);
    await work.sweepAbandoned();
    if (revived + forgotten > 0) work.wake();
    return "idle" as const;
  };
  return startLoop(sweep, options);
}

async function forgetLost(work: LostWork, queues: TaskQueues): Promise<number> {
  let forgotten = 0;
  let stale = await work.staleDeliveries(null);
  while (stale.length > 0) {
    const live = await queues.live(stale);
    const lost = stale.filter((delivery) => !live.has(deliveryId(delivery)));
    if (lost.length > 0) await work.forget(lost);
    forgotten += lost.length;
    stale = await work.staleDeliveries(stale.at(-1) ?? null);
  }
  return forgotten;
}
