import { useEffect, useState } from "react";

const BLINK_MS = 700;

export interface Blink {
  /** Whether the second one is seen. */
  readonly isOn: boolean;
  readonly isPaused: boolean;
  readonly toggle: () => void;
  readonly pause: () => void;
}

/** Two things in turns. Who wants less motion turns them by hand. */
export function useBlink(isWanted: boolean): Blink {
  const [isOn, setOn] = useState(false);
  const [isPaused, setPaused] = useState(() => window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!isWanted || isPaused) return;
    const timer = setInterval(() => setOn((now) => !now), BLINK_MS);
    return () => clearInterval(timer);
  }, [isWanted, isPaused]);
  return {
    isOn,
    isPaused,
    toggle() {
      setPaused(true);
      setOn((now) => !now);
    },
    pause: () => setPaused((now) => !now),
  };
}
