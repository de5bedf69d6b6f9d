import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { classNames } from "./class-names.ts";
import styles from "./table.module.css";
import { usePageTop } from "./use-page-top.ts";
import { useRowKeys } from "./use-row-keys.ts";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Of a CSS grid: `4rem`, `minmax(0, 2fr)`, `var(--status-width)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** Whether it is only read out: anywhere, or on a phone. */
  readonly isTitleHidden?: boolean | "phone";
  /** Instead of the title, such as a box that ticks all rows. */
  readonly header?: () => ReactNode;
  /** Left out where the page is as narrow as a phone. */
  readonly isWideOnly?: boolean;
  /** Left out on all but wide screens. */
  readonly isWidestOnly?: boolean;
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

const HIDDEN = new Map<boolean | string | undefined, string | undefined>([
  [true, "visually-hidden"],
  ["phone", styles["hiddenOnPhone"]],
]);

const OVERSCAN_ROWS = 8;
const NARROW = "(max-width: 47.99rem)";
const WIDEST = "(min-width: 76rem)";

/**
 * A table of any length: only the rows in sight are in the page. It scrolls with the page. `j` and `k` go from row to row
 * and put the focus on its first link, which Enter follows. A row is drawn again when it is another object: columns that show
 * something else besides have to look after that themselves.
 */
export function Table<Row>({ label, columns, rows, idOf, rowHeight, total, onEnd }: TableProps<Row>) {
  const body = useRef<HTMLDivElement>(null);
  const scrollMargin = usePageTop(body);
  const shown = useShownColumns(columns);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
    /* Drawing within the scroll event itself holds the next frame up. */
    useFlushSync: false,
    getItemKey: (at) => idOf(rows[at] as Row),
  });
  useRowKeys(body, rows.length, (at) => virtualizer.scrollToIndex(at));
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  const isAtEnd = rows.length > 0 && lastShown >= rows.length - 1 - OVERSCAN_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when rows came and the end is still in sight
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length]);
  const template = useMemo(
    () => ({ gridTemplateColumns: shown.map(({ width }) => width).join(" ") }),
    [shown],
  );
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
          {shown.map(({ id, title, isTitleHidden, header }) => (
            <div role="columnheader" key={id}>
              {header === undefined ? <span className={HIDDEN.get(isTitleHidden)}>{title}</span> : header()}
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
          <TableRow
            key={key}
            row={rows[index] as Row}
            index={index}
            top={start - scrollMargin}
            height={rowHeight}
            columns={shown}
            template={template}
          />
        ))}
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: see above
    // biome-ignore-end lint/a11y/useSemanticElements: see above
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  /** CSS pixels below the head. */
  readonly top: number;
  readonly height: number;
  readonly columns: readonly Column<Row>[];
  readonly template: { readonly gridTemplateColumns: string };
}

/* `memo` forgets that this is generic. */
const TableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>({ row, index, top, height, columns, template }: TableRowProps<Row>) {
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a real table cannot be placed one by one
    // biome-ignore-start lint/a11y/useFocusableInteractive: what can have the focus are the links in the rows
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      className={styles["row"]}
      style={{ ...template, height, transform: `translateY(${top}px)` }}
    >
      {columns.map(({ id, cell }) => (
        <div role="cell" key={id}>
          {cell(row)}
        </div>
      ))}
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: see above
    // biome-ignore-end lint/a11y/useSemanticElements: see above
  );
}

function useShownColumns<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const isNarrow = useMedia(NARROW);
  const isWidest = useMedia(WIDEST);
  return useMemo(
    () =>
      columns.filter(
        ({ isWideOnly = false, isWidestOnly = false }) =>
          (!isWideOnly || !isNarrow) && (!isWidestOnly || isWidest),
      ),
    [columns, isNarrow, isWidest],
  );
}

function useMedia(media: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(media).matches);
  useEffect(() => {
    const query = window.matchMedia(media);
    const follow = () => setMatches(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [media]);
  return matches;
}
