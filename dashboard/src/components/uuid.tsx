import { Check, Copy } from "lucide-react";
import { useCopy } from "./use-copy.ts";
import styles from "./uuid.module.css";

interface UuidProps {
  readonly value: string;
  /** What it is of, for whoever hears the page: "run", "task". */
  readonly kind: string;
  readonly isWhole?: boolean;
}

const SHORT_CHARACTERS = 8;

/** The beginning of a UUID, which is enough to recognise it, with a button that copies all of it. */
export function Uuid({ value, kind, isWhole = false }: UuidProps) {
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <span className={styles["uuid"]}>
      <code title={value}>{isWhole ? value : value.slice(0, SHORT_CHARACTERS)}</code>
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
