import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./message.module.css";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What to do so that there is something. */
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles["message"]}>
      <Icon size={28} strokeWidth={1.5} aria-hidden />
      <p className={styles["title"]}>{title}</p>
      <div className={styles["text"]}>{children}</div>
      {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
    </div>
  );
}
