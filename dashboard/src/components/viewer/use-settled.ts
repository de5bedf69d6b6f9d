import { useRouter } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef } from "react";

/** Long enough that nothing is told within a movement: browsers let an address be changed only so often. */
const SETTLED_MS = 300;

/**
 * Tells what a value has come to as soon as it is left alone, for the page's address. Not what it is at first, and not where
 * somebody is on the way to another page already: that would bring them back.
 */
export function useSettled<T>(value: T, tell: (value: T) => void): void {
  const router = useRouter();
  const told = useRef(value);
  const tellNow = useEffectEvent(() => {
    const { latestLocation, state } = router;
    if (latestLocation.pathname !== state.resolvedLocation?.pathname) return;
    told.current = value;
    tell(value);
  });
  useEffect(() => {
    if (value === told.current) return;
    const timer = setTimeout(() => tellNow(), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
}
