import { setMaxListeners } from "node:events";

/**
 * What `work` yields, unless the signal fires first: then it rejects at once with the signal's reason, and the work goes
 * on to its end by itself, since much of what runs in native code cannot be stopped.
 */
export function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(signal.reason);
    };
    // Many parts of one picture wait for the same signal: that is no leak.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
