import type { Caller, KeyId } from "../contracts/caller.ts";
import { findRevokedKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";

/** A wake-up may be lost; then a revoked key is noticed after this time. */
const POLL_MS = 20_000;

/** Tells connections that stay open when the key that opened them is revoked: at once, by this process or another. */
export interface Revocations {
  /** @returns a function that stops watching */
  watch(caller: Caller, onRevoked: () => void): () => void;
}

export function createRevocations({ db, wakeUps }: Pick<Store, "db" | "wakeUps">): Revocations {
  const watched = new Map<KeyId, Set<() => void>>();
  let stop: (() => void) | undefined;

  /* Where the database does not answer, nothing is known to be revoked; the next look will tell. */
  const look = async () => {
    const revoked = await findRevokedKeys(db, [...watched.keys()]).catch(() => []);
    for (const id of revoked) for (const onRevoked of watched.get(id) ?? []) onRevoked();
  };
  const start = () => {
    const stopListening = wakeUps.on("keys", () => void look());
    const timer = setInterval(() => void look(), POLL_MS).unref();
    return () => {
      stopListening();
      clearInterval(timer);
    };
  };

  return {
    watch({ keyId }, onRevoked) {
      if (keyId === null) return () => undefined;
      const listeners = watched.get(keyId) ?? new Set();
      watched.set(keyId, listeners.add(onRevoked));
      stop ??= start();
      void look(); // revoked since it was let in
      return () => {
        listeners.delete(onRevoked);
        if (listeners.size === 0 && watched.get(keyId) === listeners) watched.delete(keyId);
        if (watched.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
