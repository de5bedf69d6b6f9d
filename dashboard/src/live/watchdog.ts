/** Notices that a server is silent for longer than it said: networks end without a word. */
export interface Watchdog {
  /** @param heartbeatMs how often the server is heard of, also where nothing happens */
  begin(heartbeatMs: number): void;
  heard(): void;
  /** Whether it should have been heard of by now. */
  isOverdue(): boolean;
  stop(): void;
}

interface Clock {
  /** @returns what takes it back */
  schedule(task: () => void, delayMs: number): () => void;
  now(): number;
}

/** So many heartbeats were missed. */
const MISSED = 2.5;
/** Where something has happened to the network, or nobody looked for a while, it is doubted sooner. */
const OVERDUE = 1.25;

export function createWatchdog({ schedule, now }: Clock, onSilent: () => void): Watchdog {
  let every: number | null = null;
  let heardAt = 0;
  let takeBack: () => void = () => undefined;
  const heard = () => {
    if (every === null) return;
    heardAt = now();
    takeBack();
    takeBack = schedule(onSilent, MISSED * every);
  };
  return {
    begin(heartbeatMs) {
      every = heartbeatMs;
      heard();
    },
    heard,
    isOverdue: () => every !== null && now() - heardAt > OVERDUE * every,
    stop() {
      every = null;
      takeBack();
    },
  };
}
