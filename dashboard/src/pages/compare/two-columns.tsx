import styles from "./two-columns.module.css";

export interface ComparedRow {
  readonly name: string;
  readonly hint?: string;
  /** Null where this side has none. */
  readonly left: string | null;
  readonly right: string | null;
}

interface TwoColumnsProps {
  readonly rows: readonly ComparedRow[];
  readonly emptyText: string;
}

/** The same things of two sides; where they differ it can be seen. */
export function TwoColumns({ rows, emptyText }: TwoColumnsProps) {
  if (rows.length === 0) return <p className={styles["empty"]}>{emptyText}</p>;
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <td />
          <th scope="col">Left</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, hint, left, right }) => (
          <tr key={name} data-differs={left !== right}>
            <th scope="row" title={hint}>
              {name}
            </th>
            <td>{left ?? "–"}</td>
            <td>{right ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
