import type { Tone } from "./tone.ts";

export interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  /** Such as taking back what was done. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 6_000;
/** More at once would cover the page. */
const MOST_SHOWN = 3;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Says something that needs no answer, for a few seconds; a failure, until it is dismissed or newer ones take its place. */
export function showToast(toast: Omit<Toast, "id">): void {
  lastId += 1;
  const id = lastId;
  set([...toasts, { ...toast, id }].slice(-MOST_SHOWN));
  if (toast.tone !== "bad") hideLater(id);
}

/** Whether somebody is at them: then none goes away by itself. */
let isHeld = false;

export function holdToasts(held: boolean): void {
  isHeld = held;
}

function hideLater(id: number): void {
  setTimeout(() => (isHeld ? hideLater(id) : hideToast(id)), SHOWN_MS);
}

export function hideToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
  /* A button that goes away with its toast says nothing of having lost the focus. */
  if (toasts.length === 0) isHeld = false;
}

export function readToasts(): readonly Toast[] {
  return toasts;
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}
