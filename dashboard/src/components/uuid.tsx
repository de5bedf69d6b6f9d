import { Check, Copy } from "lucide-react";
import { shortId } from "./short-id.ts";
import { useCopy } from "./use-copy.ts";
import styles from "./uuid.module.css";

interface UuidProps {
  readonly value: string;
  /** What it is of, for whoever hears the page: "run", "task". */
  readonly kind: string;
  readonly isWhole?: boolean;
}

/** As much of a UUID as is enough to recognise it, with a button that copies all of it. */
export function Uuid({ value, kind, isWhole = false }: UuidProps) {
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <span className={styles["uuid"]}>
      <code title={value}>{isWhole ? value : shortId(value)}</code>
      <button
        type="button"
        className={styles["copy"]}
        onClick={() => copy(value)}
        aria-label={copied ? "Copied" : `Copy the UUID of this ${kind}`}
      >
        <Icon size={14} aria-hidden />
      </button>
    </span>
  );
}
