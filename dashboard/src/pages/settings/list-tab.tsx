import type { ReactNode } from "react";
import { ErrorState } from "../../components/error-state.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import styles from "./list-tab.module.css";

interface ListTabProps {
  /** Of what it is a list, as in "The keys could not be loaded". */
  readonly name: string;
  /** Above the list: what can be begun, or what is to be known of all of it. */
  readonly bar: ReactNode;
  /** As high as a row will be. */
  readonly rowHeight: string;
  readonly query: {
    readonly data: unknown;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** Each one an `li` with `data-row`. */
  readonly rows: readonly ReactNode[];
  /** Said in place of no rows. */
  readonly empty?: ReactNode;
}

/** A tab that is a list of rows with more to say than a table could, from its loading on. */
export function ListTab({ name, bar, rowHeight, query, rows, empty }: ListTabProps) {
  const { data, error, refetch } = query;
  usePageRowKeys();
  return (
    <div className={styles["tab"]}>
      <div className={styles["bar"]}>{bar}</div>
      {data === undefined && error !== null && (
        <ErrorState error={error} title={`The ${name} could not be loaded`} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={3} height={rowHeight} label={`Loading the ${name}`} />
      )}
      {data !== undefined && rows.length === 0 && empty}
      {rows.length > 0 && <ul className={styles["list"]}>{rows}</ul>}
    </div>
  );
}
