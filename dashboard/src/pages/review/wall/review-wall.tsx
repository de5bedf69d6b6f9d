import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { isTyping } from "../../../components/is-typing.ts";
import { type ReviewSearch, showingOf } from "../review-search.ts";
import { ReviewTile } from "./review-tile.tsx";
import styles from "./review-wall.module.css";

interface ReviewWallProps {
  readonly reviews: readonly ReviewView[];
  readonly search: ReviewSearch;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (at: number, isRange: boolean) => void;
  /** Called when the end comes into sight; what it does must bear being called again. */
  readonly onEnd: () => void;
}

/** CSS pixels. */
const NARROWEST_TILE = 168;
const GAP = 12;
const CAPTION_HEIGHT = 48;
const OVERSCAN_ROWS = 3;

/** Of any length: only the tiles in sight are in the page. Arrows lead from one to the next, Enter opens it. */
export function ReviewWall({ reviews, search, chosen, onChoose, onEnd }: ReviewWallProps) {
  const wall = useRef<HTMLUListElement>(null);
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = wall.current;
    if (element === null) return;
    const measure = () => {
      const box = element.getBoundingClientRect();
      const next = { width: box.width, top: box.top + window.scrollY };
      setPlace((old) => (old.width === next.width && Math.abs(old.top - next.top) < 1 ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST_TILE + GAP)));
  const rowHeight = (width - GAP * (columns - 1)) / columns + CAPTION_HEIGHT + GAP;
  const rows = Math.ceil(reviews.length / columns);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => Math.max(1, rowHeight),
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height of rows moves them all
  useEffect(() => virtualizer.measure(), [rowHeight]);
  useTileKeys(wall, columns, reviews.length, (row) => virtualizer.scrollToIndex(row));
  const items = virtualizer.getVirtualItems();
  const isAtEnd = rows > 0 && (items.at(-1)?.index ?? 0) >= rows - 1 - OVERSCAN_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when tiles came and the end is still in sight
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, reviews.length]);
  return (
    <ul
      ref={wall}
      className={styles["wall"]}
      style={{ height: virtualizer.getTotalSize() }}
      aria-label="Pictures that wait for a decision"
    >
      {width > 0 &&
        items.flatMap(({ index, start }) =>
          reviews.slice(index * columns, (index + 1) * columns).map((review, column) => (
            <li
              key={showingOf(review)}
              className={styles["place"]}
              style={{
                height: rowHeight - GAP,
                width: `calc((100% - ${GAP * (columns - 1)}px) / ${columns})`,
                left: `calc((100% + ${GAP}px) / ${columns} * ${column})`,
                transform: `translateY(${start - top}px)`,
              }}
            >
              <ReviewTile
                review={review}
                search={search}
                at={index * columns + column}
                isChosen={chosen.has(review.taskUUID)}
                onChoose={onChoose}
              />
            </li>
          )),
        )}
    </ul>
  );
}

/** From tile to tile, whose link gets the focus. */
function useTileKeys(
  wall: React.RefObject<HTMLElement | null>,
  columns: number,
  tiles: number,
  scrollTo: (row: number) => void,
): void {
  useEffect(() => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    const onKey = (event: KeyboardEvent) => {
      const step = steps[event.key];
      const isOnTile = document.activeElement?.closest<HTMLElement>("[data-tile]") ?? null;
      if (step === undefined || tiles === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      /* Nothing has the focus, or the page that the wall is on. */
      const isFree = document.activeElement?.contains(wall.current) === true;
      if (isTyping(event) || (isOnTile === null && !isFree)) return;
      event.preventDefault();
      const from = isOnTile === null ? -1 : Number(isOnTile.dataset["tile"]);
      const next = from === -1 ? 0 : Math.min(tiles - 1, Math.max(0, from + step));
      scrollTo(Math.floor(next / columns));
      requestAnimationFrame(() =>
        wall.current?.querySelector<HTMLElement>(`[data-tile="${next}"] a`)?.focus({ preventScroll: true }),
      );
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
