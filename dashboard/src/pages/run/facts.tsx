import type { ReactNode } from "react";
import styles from "./facts.module.css";

interface FactsProps {
  /** Name and value; those without a value are left out. */
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}

/** What is known of something, name by name. */
export function Facts({ rows }: FactsProps) {
  return (
    <dl className={styles["facts"]}>
      {rows
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
