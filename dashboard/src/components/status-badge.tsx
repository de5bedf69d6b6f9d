import { classNames } from "./class-names.ts";
import styles from "./status-badge.module.css";
import { type AnyStatus, STATUS_LOOKS } from "./status-look.ts";
import tones from "./tone.module.css";

interface StatusBadgeProps {
  readonly status: AnyStatus;
  /** Only the icon where there is little room: anywhere, or on a phone. The word is still read out. */
  readonly isCompact?: boolean | "phone";
}

const LOOKS = new Map<boolean | string, string | undefined>([
  [true, styles["compact"]],
  ["phone", styles["compactOnPhone"]],
]);

export function StatusBadge({ status, isCompact = false }: StatusBadgeProps) {
  const { word, tone, icon: Icon, meaning } = STATUS_LOOKS[status];
  return (
    <span
      className={classNames(styles["badge"], tones[tone], LOOKS.get(isCompact))}
      title={isCompact ? `${word}: ${meaning}` : meaning}
      data-status={status}
    >
      <Icon size={14} aria-hidden className={status === "running" ? styles["turning"] : undefined} />
      <span>{word}</span>
    </span>
  );
}
