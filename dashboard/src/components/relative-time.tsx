import { useCallback, useSyncExternalStore } from "react";
import { serverNow, subscribeToClock } from "./clock.ts";
import { formatExact, formatRelative } from "./format-time.ts";

/** How long ago it was; the moment itself on hover. Drawn anew only when the words change. */
export function RelativeTime({ at }: { readonly at: string }) {
  const read = useCallback(() => formatRelative(new Date(at), serverNow()), [at]);
  const text = useSyncExternalStore(subscribeToClock, read);
  return (
    <time dateTime={at} title={formatExact(new Date(at))}>
      {text}
    </time>
  );
}
