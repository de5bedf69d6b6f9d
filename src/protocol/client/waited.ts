/**
 * Waits for work that is not the caller's to end, since others wait for it, too.
 * @throws what `late` makes after `waitMs`; the signal's reason; what the work throws
 */
export function waited<T>(
  work: Promise<T>,
  signal: AbortSignal,
  waitMs: number,
  late: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = () => reject(signal.reason);
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    const timer = setTimeout(() => reject(late()), waitMs);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    });
  });
}
