import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import type { PicturesQuery } from "../../api/batches.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { useRowKeys } from "../../components/use-row-keys.ts";
import styles from "./contact-sheet.module.css";
import { PictureCell } from "./picture-cell.tsx";
import { usePictures } from "./use-pictures.ts";

interface ContactSheetProps {
  readonly batchUUID: string;
  readonly query: PicturesQuery;
  /** How many there are, as the batch says: more may come while they are looked at. */
  readonly expected: number;
}

const NARROWEST_CELL = 148;
const GAP = 12;
/** Name and numbers below the picture. */
const CAPTION = 28;
const OVERSCAN_ROWS = 3;

/** Pictures of any number, only those in sight in the page. It scrolls with the page; `j` and `k` go from one to the next. */
export function ContactSheet({ batchUUID, query, expected }: ContactSheetProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const box = sheet.current?.getBoundingClientRect();
      if (box === undefined) return;
      const next = { width: box.width, top: box.top + window.scrollY };
      setPlace((now) => (Math.abs(now.width - next.width) + Math.abs(now.top - next.top) > 1 ? next : now));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST_CELL + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  const [total, setTotal] = useState(expected);
  const virtualizer = useWindowVirtualizer({
    count: Math.ceil(total / columns),
    estimateSize: () => cell + CAPTION + GAP,
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are as high as the page is wide
  useLayoutEffect(() => virtualizer.measure(), [cell]);
  const rows = virtualizer.getVirtualItems();
  const from = (rows[0]?.index ?? 0) * columns;
  const to = Math.max(from, ((rows.at(-1)?.index ?? 0) + 1) * columns - 1);
  const pictures = usePictures(batchUUID, query, { from, to });
  const known = pictures.total ?? expected;
  if (known !== total) setTotal(known);
  useRowKeys(sheet, total, (place) => virtualizer.scrollToIndex(Math.floor(place / columns)));
  if (pictures.error !== null && pictures.total === null) {
    return (
      <ErrorState
        error={pictures.error}
        title="The pictures could not be loaded"
        onRetry={() => pictures.retry()}
      />
    );
  }
  return (
    <div ref={sheet} className={styles["sheet"]} style={{ height: virtualizer.getTotalSize() }}>
      {width > 0 &&
        rows.map(({ index, start }) => (
          <ul
            key={index}
            className={styles["row"]}
            style={{
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${start - top}px)`,
            }}
          >
            {Array.from({ length: Math.min(columns, total - index * columns) }, (_, column) => {
              const place = index * columns + column;
              return (
                <li key={place} data-row={place}>
                  <PictureCell picture={pictures.at(place)} />
                </li>
              );
            })}
          </ul>
        ))}
    </div>
  );
}
