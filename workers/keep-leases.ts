import type { TaskUUID } from "../src/contracts/ids.ts";
import { isConnectionLost } from "../src/store/connection-loss.ts";
import { findHeldLeases, type LeaseKey, renewLeases } from "../src/store/leases.ts";
import type { Store } from "../src/store/store.ts";

/** A cancellation reaches a running attempt within a second even where its wake-up is lost. */
const LOOK_MS = 800;

interface LeaseKeeping {
  /** Of the worker. */
  readonly id: string;
  readonly leaseMs: number;
  /** The leases it holds. */
  readonly held: () => readonly LeaseKey[];
  /** A lease that is no longer the worker's: cancelled, or leased elsewhere. */
  readonly onLost: (lease: LeaseKey) => void;
  readonly onError: (error: unknown) => void;
}

/** Renews a worker's leases, and looks at once when something was cancelled. @returns what stops it */
export function keepLeases(store: Store, { id, leaseMs, held, onLost, onError }: LeaseKeeping): () => void {
  const keep = async (ask: (leases: readonly LeaseKey[]) => Promise<ReadonlySet<TaskUUID>>) => {
    const leases = held();
    if (leases.length === 0) return;
    const kept = await ask(leases);
    for (const lease of leases) if (!kept.has(lease.taskUUID)) onLost(lease);
  };
  const renew = () => void keep((leases) => renewLeases(store.db, leases, id, leaseMs)).catch(onError);
  const look = () =>
    void keep((leases) => findHeldLeases(store.db, leases, id)).catch((error: unknown) => {
      if (!isConnectionLost(error)) onError(error); // the heartbeat says that
    });
  const heartbeat = setInterval(renew, leaseMs / 3);
  const lookout = setInterval(look, LOOK_MS);
  const stopListening = store.wakeUps.on("cancelled", look);
  return () => {
    stopListening();
    clearInterval(heartbeat);
    clearInterval(lookout);
  };
}
