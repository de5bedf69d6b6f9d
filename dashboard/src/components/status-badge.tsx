import { classNames } from "./class-names.ts";
import styles from "./status-badge.module.css";
import { type AnyStatus, STATUS_LOOKS } from "./status-look.ts";
import tones from "./tone.module.css";

interface StatusBadgeProps {
  readonly status: AnyStatus;
  /** Only the icon where there is little room; the word is still read out. */
  readonly isCompact?: boolean;
}

export function StatusBadge({ status, isCompact = false }: StatusBadgeProps) {
  const { word, tone, icon: Icon, meaning } = STATUS_LOOKS[status];
  return (
    <span
      className={classNames(styles["badge"], tones[tone], isCompact && styles["compact"])}
      title={isCompact ? `${word}: ${meaning}` : meaning}
      data-status={status}
    >
      <Icon size={14} aria-hidden className={status === "running" ? styles["turning"] : undefined} />
      <span className={isCompact ? "visually-hidden" : undefined}>{word}</span>
    </span>
  );
}
