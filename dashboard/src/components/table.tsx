import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { classNames } from "./class-names.ts";
import styles from "./table.module.css";
import { useRowKeys } from "./use-row-keys.ts";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Of a CSS grid: `4rem`, `minmax(0, 2fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isTitleHidden?: boolean;
  /** Left out where the page is as narrow as a phone. */
  readonly isWideOnly?: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** CSS pixels; every row is as high. */
  readonly rowHeight: number;
  /** Null where it is not known how many more there are. */
  readonly total: number | null;
  /** Called when the end comes into sight; what it does must bear being called again. */
  readonly onEnd?: () => void;
}

const OVERSCAN_ROWS = 8;
const NARROW = "(max-width: 47.99rem)";

/**
 * A table of any length: only the rows in sight are in the page. It scrolls with the page. `j` and `k` go from row to row
 * and put the focus on its first link, which Enter follows.
 */
export function Table<Row>({ label, columns, rows, idOf, rowHeight, total, onEnd }: TableProps<Row>) {
  const body = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const shown = useShownColumns(columns);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
    getItemKey: (at) => idOf(rows[at] as Row),
  });
  useLayoutEffect(() => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(top - scrollMargin) > 1) setScrollMargin(top);
  });
  useRowKeys(body, rows.length, (at) => virtualizer.scrollToIndex(at));
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  const isAtEnd = rows.length > 0 && lastShown >= rows.length - 1 - OVERSCAN_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when rows came and the end is still in sight
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length]);
  const template = { gridTemplateColumns: shown.map(({ width }) => width).join(" ") };
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a real table cannot be placed one by one
    // biome-ignore-start lint/a11y/useFocusableInteractive: what can have the focus are the links in the rows
    <div role="table" aria-label={label} aria-rowcount={total ?? -1} className={styles["table"]}>
      <div role="rowgroup">
        <div
          role="row"
          aria-rowindex={1}
          className={classNames(styles["row"], styles["head"])}
          style={template}
        >
          {shown.map(({ id, title, isTitleHidden }) => (
            <div role="columnheader" key={id}>
              <span className={isTitleHidden ? "visually-hidden" : undefined}>{title}</span>
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        ref={body}
        className={styles["body"]}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => (
          <div
            key={key}
            role="row"
            aria-rowindex={index + 2}
            data-row={index}
            className={styles["row"]}
            style={{ ...template, height: rowHeight, transform: `translateY(${start - scrollMargin}px)` }}
          >
            {shown.map(({ id, cell }) => (
              <div role="cell" key={id}>
                {cell(rows[index] as Row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: see above
    // biome-ignore-end lint/a11y/useSemanticElements: see above
  );
}

function useShownColumns<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const [isNarrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const query = window.matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return isNarrow ? columns.filter(({ isWideOnly }) => isWideOnly !== true) : columns;
}
