import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { usePageTop } from "../../../components/use-page-top.ts";
import { useRowKeys } from "../../../components/use-row-keys.ts";
import styles from "./run-wall.module.css";
import { WallCard } from "./wall-card.tsx";
import { cardWidthOf, columnsOf, GAP, rowHeightOf } from "./wall-layout.ts";

interface RunWallProps {
  readonly label: string;
  readonly runs: readonly RunView[];
  /** Called when the end comes into sight; what it does must bear being called again. */
  readonly onEnd: () => void;
}

const OVERSCAN_ROWS = 3;

/** Results side by side; only those in sight are in the page. `j` and `k` go from one to the next. */
export function RunWall({ label, runs, onEnd }: RunWallProps) {
  const wall = useRef<HTMLUListElement>(null);
  const width = useWidth(wall);
  const scrollMargin = usePageTop(wall);
  const columns = columnsOf(width);
  const cardWidth = cardWidthOf(width);
  const rowHeight = rowHeightOf(width);
  const rows = Math.ceil(runs.length / columns);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is of another width
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, columns]);
  useRowKeys(wall, runs.length, (at) => virtualizer.scrollToIndex(Math.floor(at / columns)));
  const items = virtualizer.getVirtualItems();
  const isAtEnd = rows > 0 && (items.at(-1)?.index ?? -1) >= rows - 1 - OVERSCAN_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when runs came and the end is still in sight
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, runs.length]);
  return (
    <ul
      ref={wall}
      className={styles["wall"]}
      aria-label={label}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {items.flatMap(({ index, start }) =>
        runs
          .slice(index * columns, (index + 1) * columns)
          .map((run, column) => (
            <WallCard
              key={run.runUUID}
              run={run}
              index={index * columns + column}
              left={column * (cardWidth + GAP)}
              top={start - scrollMargin}
              width={cardWidth}
            />
          )),
      )}
    </ul>
  );
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
