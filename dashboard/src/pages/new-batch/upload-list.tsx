import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { IconButton } from "../../components/icon-button.tsx";
import styles from "./sources.module.css";
import type { UploadItem } from "./upload-store.ts";

interface UploadListProps {
  readonly items: readonly UploadItem[];
  readonly onRemove: (name: string) => void;
}

/** More of them would be a page of their own; those that need somebody come first. */
const SHOWN = 100;
const ORDER: Readonly<Record<UploadItem["state"]["kind"], number>> = {
  failed: 0,
  sending: 1,
  waiting: 2,
  stored: 3,
};

export function UploadList({ items, onRemove }: UploadListProps) {
  const [isWhole, setWhole] = useState(false);
  const stored = items.filter(({ state }) => state.kind === "stored").length;
  const failed = items.filter(({ state }) => state.kind === "failed").length;
  const sorted = items.toSorted((a, b) => ORDER[a.state.kind] - ORDER[b.state.kind]);
  const shown = isWhole ? sorted.slice(0, SHOWN) : sorted.slice(0, 6);
  return (
    <div className={styles["stack"]}>
      <progress className={styles["whole"]} max={items.length} value={stored + failed} aria-label="Sent" />
      <p className={styles["quiet"]} role="status">
        {stored} of {items.length} are there
        {failed > 0 && `; ${failed} cannot be used and will be left out`}
      </p>
      <ul className={styles["uploads"]}>
        {shown.map((item) => (
          <li key={item.name} data-upload={item.state.kind}>
            <span className={styles["file"]}>{item.name}</span>
            <State item={item} />
            <IconButton icon={X} label={`Take ${item.name} away`} onClick={() => onRemove(item.name)} />
          </li>
        ))}
      </ul>
      {!isWhole && sorted.length > shown.length && (
        <Button onClick={() => setWhole(true)}>
          Show {Math.min(SHOWN, sorted.length) - shown.length} more
        </Button>
      )}
    </div>
  );
}

function State({ item: { name, state } }: { readonly item: UploadItem }) {
  if (state.kind === "failed") {
    return (
      <span className={styles["bad"]}>
        <CircleAlert size={14} aria-hidden /> {state.message}
      </span>
    );
  }
  if (state.kind === "stored") {
    return (
      <span className={styles["good"]}>
        <CircleCheck size={14} aria-hidden /> there
      </span>
    );
  }
  if (state.kind === "waiting") return <span className={styles["quiet"]}>waits</span>;
  return <progress max={1} value={state.share} aria-label={`${name} is sent`} />;
}
