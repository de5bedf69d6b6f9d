import type { ReactNode } from "react";
import styles from "./figures.module.css";
import { Skeleton } from "./skeleton.tsx";

interface FigureProps {
  readonly name: string;
  /** Undefined while it is on its way. */
  readonly value: ReactNode;
  readonly children?: ReactNode;
}

/** Numbers that are read at a glance, side by side. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className={styles["figures"]}>{children}</dl>;
}

export function Figure({ name, value, children }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={styles["value"]}>{value ?? <Skeleton width="2.5rem" />}</span>
        <span className={styles["note"]}>{children}</span>
      </dd>
    </div>
  );
}
