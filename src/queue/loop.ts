export interface Loop {
  /** Looks at once, or once more right after the look under way. */
  wake(): void;
  /** Waits for the look under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly pollMs: number;
  /** However often it is woken, it rests this long between two looks; default 0. */
  readonly restMs?: number;
  readonly onError: (error: unknown) => void;
}

/** Calls `step` whenever woken and at least every `pollMs`; never twice at a time; an error ends one look, not the loop. */
export function startLoop(step: () => Promise<"again" | "idle">, options: LoopOptions): Loop {
  const { pollMs, restMs = 0, onError } = options;
  let woken = false;
  let stopped = false;
  let wakeSleeper: () => void = () => undefined;

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeSleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Only stopping cuts it short. */
  const rest = async () => {
    const until = Date.now() + restMs;
    while (!stopped && Date.now() < until) await sleep(until - Date.now());
  };

  const run = async () => {
    while (!stopped) {
      woken = false;
      const next = await step().catch((error: unknown) => {
        onError(error);
        return "idle" as const;
      });
      if (restMs > 0 && !stopped) await rest();
      if (next === "idle" && !woken && !stopped) await sleep(pollMs);
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
