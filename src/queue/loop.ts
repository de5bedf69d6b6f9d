export interface Loop {
  /** Looks at once, or once more right after the look under way. */
  wake(): void;
  /** Waits for the look under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Calls `step` whenever woken and at least every `pollMs`; never twice at a time; an error ends one look, not the loop. */
export function startLoop(step: () => Promise<"again" | "idle">, { pollMs, onError }: LoopOptions): Loop {
  let woken = false;
  let stopped = false;
  let wakeSleeper: () => void = () => undefined;

  const sleep = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wakeSleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!stopped) {
      woken = false;
      const next = await step().catch((error: unknown) => {
        onError(error);
        return "idle" as const;
      });
      if (next === "idle" && !woken && !stopped) await sleep();
    }
  };

  const running = run();
  return {
    wake() {
      woken = true;
      wakeSleeper();
    },
    async stop() {
      stopped = true;
      wakeSleeper();
      await running;
    },
  };
}
