import { useSyncExternalStore } from "react";
import { Button } from "../../components/button.tsx";
import { formatBytes } from "./format-bytes.ts";
import styles from "./models.module.css";
import { readPull, stopPull, subscribeToPulls } from "./pull-store.ts";

/** How far a pull is, or what ended it; nothing where there is none. */
export function PullProgress({ id }: { readonly id: string }) {
  const pull = useSyncExternalStore(subscribeToPulls, () => readPull(id));
  if (pull === undefined) return null;
  const { received, bytes, note, failure } = pull;
  if (failure !== null) {
    return (
      <p className={styles["failure"]} role="alert">
        Pulling it failed: {failure}
      </p>
    );
  }
  const isKnown = bytes > 0;
  const isHere = isKnown && received >= bytes;
  const text = isHere
    ? "Checked, now it is run once …"
    : isKnown
      ? `${formatBytes(received)} of ${formatBytes(bytes)}`
      : "Asking its publisher …";
  return (
    <div className={styles["pull"]}>
      <progress
        aria-label={`Pulling ${id}`}
        {...(isKnown && !isHere ? { value: received, max: bytes } : {})}
      />
      <span>{text}</span>
      <Button onClick={() => stopPull(id)}>Stop</Button>
      {note !== null && <p>{note}</p>}
    </div>
  );
}
