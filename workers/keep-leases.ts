import { isConnectionLost } from "../src/store/connection-loss.ts";
import {
  findHeldLeases,
  findUnended,
  type HeldLeases,
  type LeaseKey,
  renewLeases,
} from "../src/store/leases.ts";
import type { Store } from "../src/store/store.ts";

/** A cancellation reaches a running attempt within a second even where its wake-up is lost, or not listened for. */
const LOOK_MS = 800;

interface LeaseKeeping<Lease extends LeaseKey> {
  /** Of the worker. */
  readonly id: string;
  readonly leaseMs: number;
  /** The leases it holds. */
  readonly held: () => readonly Lease[];
  /**
   * A lease that is no longer the worker's.
   * @param isTaken somebody else does the task, or will; else it has ended: cancelled, say
   */
  readonly onLost: (lease: Lease, isTaken: boolean) => void;
  readonly onError: (error: unknown) => void;
}

/** Renews a worker's leases, and looks at once when something was cancelled. @returns what stops it */
export function keepLeases<Lease extends LeaseKey>(
  store: Store,
  { id, leaseMs, held, onLost, onError }: LeaseKeeping<Lease>,
): () => void {
  const keep = async (ask: (leases: readonly LeaseKey[]) => Promise<HeldLeases>) => {
    const leases = held();
    if (leases.length === 0) return;
    const kept = await ask(leases);
    const lost = leases.filter(({ taskUUID, lease }) => kept.get(taskUUID) !== lease);
    if (lost.length === 0) return;
    const unended = await findUnended(
      store.db,
      lost.map(({ taskUUID }) => taskUUID),
    );
    for (const lease of lost) onLost(lease, unended.has(lease.taskUUID));
  };
  const renew = () => void keep((leases) => renewLeases(store.db, leases, id, leaseMs)).catch(onError);
  const look = () =>
    void keep((leases) => findHeldLeases(store.db, leases, id)).catch((error: unknown) => {
      if (!isConnectionLost(error)) onError(error); // the heartbeat says that
    });
  const heartbeat = setInterval(renew, leaseMs / 3);
  const lookout = setInterval(look, LOOK_MS);
  const stopListening = store.wakeUps.onAmongFew("cancelled", look);
  return () => {
    stopListening();
    clearInterval(heartbeat);
    clearInterval(lookout);
  };
}
