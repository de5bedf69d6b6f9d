import { useCallback, useSyncExternalStore } from "react";
import { subscribeToClock } from "../../components/clock.ts";

/** How long a rest still takes; afterwards what happens next. */
export function NextTry({ at }: { readonly at: string }) {
  const read = useCallback(() => {
    const seconds = Math.ceil((Date.parse(at) - Date.now()) / 1000);
    return seconds > 0 ? `Next try in ${seconds} s.` : "The next call is a try.";
  }, [at]);
  return <span>{useSyncExternalStore(subscribeToClock, read)}</span>;
}
