const TICK_MS = 1_000;
/** A smaller difference is as likely the time that the message took. */
const TOLERATED_MS = 2_000;
const listeners = new Set<() => void>();
let aheadMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** What the clock is that the times on the page are of: the machine of whoever looks at them may go wrong by hours. */
export function noteServerTime(serverMs: number): void {
  const difference = serverMs - Date.now();
  aheadMs = Math.abs(difference) < TOLERATED_MS ? 0 : difference;
}

/** Milliseconds since 1970, by the clock of the server as far as it has said. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** One clock for all times on the page; it stands while nobody looks at one. */
export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tick of listeners) tick();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
