import { useCallback, useSyncExternalStore } from "react";
import { serverNow, subscribeToClock } from "./clock.ts";
import { formatDuration, formatElapsed } from "./format-time.ts";

interface DurationProps {
  /** Null where it has not begun. */
  readonly from: string | null;
  /** Null while it goes on; then the time runs. */
  readonly to: string | null;
}

export function Duration({ from, to }: DurationProps) {
  const read = useCallback(() => format(from, to), [from, to]);
  const text = useSyncExternalStore(to === null && from !== null ? subscribeToClock : neverChanges, read);
  return <span>{text}</span>;
}

function format(from: string | null, to: string | null): string {
  if (from === null) return "–";
  if (to === null) return formatElapsed(serverNow() - Date.parse(from));
  return formatDuration(Date.parse(to) - Date.parse(from));
}

const neverChanges = () => () => undefined;
