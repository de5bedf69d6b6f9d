import styles from "./skeleton.module.css";

interface SkeletonProps {
  readonly width: string;
  readonly height?: string;
}

/** The place of something that is on its way, as large as it is going to be. */
export function Skeleton({ width, height = "1em" }: SkeletonProps) {
  return <span className={styles["skeleton"]} style={{ width, height }} aria-hidden />;
}

interface SkeletonRowsProps {
  readonly rows: number;
  /** CSS length of one. */
  readonly height: string;
  /** Said to whoever cannot see it: "Loading the runs". */
  readonly label: string;
}

export function SkeletonRows({ rows, height, label }: SkeletonRowsProps) {
  const widths = Array.from({ length: rows }, (_, row) => `${88 - ((row * 17) % 40)}%`);
  return (
    <div className={styles["rows"]} role="status">
      <span className="visually-hidden">{label}</span>
      {widths.map((width, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without anything that could tell them apart
        <div key={row} className={styles["row"]} style={{ height }}>
          <Skeleton width="2.75rem" height="2.75rem" />
          <Skeleton width={width} />
        </div>
      ))}
    </div>
  );
}
