import process from "node:process";

/** EX_TEMPFAIL of sysexits.h: all is well, and whoever watches over the process is to start it again. */
export const REPLACE_ME = 75;
/** As a shell says it of a process that SIGTERM ended. */
const TERMINATED = 143;
const LOOK_MS = 1_000;

export interface EndOfProcess {
  /** Resolves when the process is to finish what it has: with the memory that it had, where that is why. */
  readonly asked: Promise<{ readonly memoryBytes: number | null }>;
  /** All is finished: lets go of the parent, which would keep the process alive. */
  leave(): void;
}

/**
 * A worker is asked to end by SIGTERM, or by its parent's end: a parent that was killed cannot say so, but its channel
 * closes. Whoever asks twice does not want to wait: the process ends at once, and others find its tasks when their leases
 * run out. Ctrl-C and a terminal's end reach the whole process group: with a parent they are the parent's to handle.
 * @param mostMemoryBytes beyond it the process asks itself; undefined = never
 */
export function listenForEnd(mostMemoryBytes: number | undefined): EndOfProcess {
  let isAsked = false;
  let isDone = false;
  const asked = new Promise<{ memoryBytes: number | null }>((resolve) => {
    const ask = () => {
      if (isAsked && !isDone) process.exit(TERMINATED);
      isAsked = true;
      resolve({ memoryBytes: null });
    };
    process.on("SIGTERM", ask);
    process.on("disconnect", ask);
    for (const signal of ["SIGINT", "SIGHUP"] as const)
      process.on(signal, () => {
        if (!process.connected) ask();
      });
    if (mostMemoryBytes !== undefined)
      watchMemory(mostMemoryBytes, (memoryBytes) => resolve({ memoryBytes }));
  });
  return {
    asked,
    leave() {
      isDone = true;
      /* The parent may be gone, and the channel with it. */
      if (process.connected) process.disconnect?.();
    },
  };
}

/** By the operating system's count, which is what its limits go by: models and pictures lie outside of V8's heap. */
function watchMemory(mostBytes: number, onMore: (bytes: number) => void): void {
  const watch = setInterval(() => {
    const bytes = process.memoryUsage.rss();
    if (bytes <= mostBytes) return;
    clearInterval(watch);
    onMore(bytes);
  }, LOOK_MS).unref();
}
