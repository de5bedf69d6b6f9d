import { useSyncExternalStore } from "react";

/** Runs that a list does not show yet. */
export interface NewRuns {
  readonly count: number;
  /** Whether there may be more of them than were counted. */
  readonly isMore: boolean;
}

const NONE: NewRuns = { count: 0, isMore: false };
const held = new Map<string, NewRuns>();
const listeners = new Set<() => void>();

/*
 * Lists that somebody reads further down: new runs wait and are counted there, instead of pushing away what is read. Which
 * list it is says the hash of its key.
 */

export function holdList(hash: string): void {
  if (!held.has(hash)) set(hash, NONE);
}

export function releaseList(hash: string): void {
  if (held.delete(hash)) tell();
}

export function isHeld(hash: string): boolean {
  return held.has(hash);
}

/** Does nothing where the list is not held (any more). */
export function countNewRuns(hash: string, runs: NewRuns): void {
  const known = held.get(hash);
  if (known === undefined || (known.count === runs.count && known.isMore === runs.isMore)) return;
  set(hash, runs);
}

export function readNewRuns(hash: string): NewRuns {
  return held.get(hash) ?? NONE;
}

export function useNewRuns(hash: string): NewRuns {
  return useSyncExternalStore(subscribe, () => readNewRuns(hash));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(hash: string, runs: NewRuns): void {
  held.set(hash, runs);
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}
