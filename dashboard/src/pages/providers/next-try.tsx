import { useCallback, useSyncExternalStore } from "react";
import { serverNow, subscribeToClock } from "../../components/clock.ts";

/** How long a rest still takes; afterwards what happens next. */
export function NextTry({ at }: { readonly at: string }) {
  const read = useCallback(() => {
    const seconds = Math.ceil((Date.parse(at) - serverNow()) / 1000);
    return seconds > 0 ? `Next try in ${seconds} s.` : "The next call is a try.";
  }, [at]);
  return <span>{useSyncExternalStore(subscribeToClock, read)}</span>;
}
