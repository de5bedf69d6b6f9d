import { useSyncExternalStore } from "react";

/* Whether whoever looks at this page is let in no more: their session is over, or their key was revoked. */

let isEnded = false;
const listeners = new Set<() => void>();

export const endSession = (): void => set(true);
export const resumeSession = (): void => set(false);

export function useIsSessionEnded(): boolean {
  return useSyncExternalStore(subscribe, () => isEnded);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: boolean): void {
  isEnded = next;
  for (const tell of listeners) tell();
}
