import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./status-badge.module.css";
import tones from "./tone.module.css";
import type { Tone } from "./tone.ts";

interface BadgeProps {
  readonly tone: Tone;
  readonly icon?: LucideIcon;
  /** What it means, for whoever hovers. */
  readonly title?: string;
  readonly children: ReactNode;
}

/** A word about something that is no status of a run: a role, how a worker is. */
export function Badge({ tone, icon: Icon, title, children }: BadgeProps) {
  return (
    <span className={classNames(styles["badge"], tones[tone])} title={title}>
      {Icon !== undefined && <Icon size={14} aria-hidden />}
      {children}
    </span>
  );
}
