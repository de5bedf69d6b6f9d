import type { CSSProperties, PointerEvent, ReactNode } from "react";
import styles from "./picture-stage.module.css";
import type { Zoom } from "./use-zoom.ts";
import { type Size, shapeOf, transformOf } from "./zoom.ts";

interface PictureStageProps {
  readonly label: string;
  /** Of the picture, for the stage's shape. */
  readonly size: Size;
  /** CSS length: how high it is at most. */
  readonly maxHeight: string;
  readonly zoom: Zoom;
  /** Whether it is looked around in with keys while it has the focus; otherwise the page has keys for that. */
  readonly hasKeys?: boolean;
  /** What lies over the picture and stays where it is when that is moved. */
  readonly over?: ReactNode;
  /** Pictures and what is drawn on them; images are stretched to the stage. */
  readonly children: ReactNode;
}

/** A place for pictures of one shape, that are zoomed and moved together. */
export function PictureStage(props: PictureStageProps) {
  const { label, size, maxHeight, zoom, hasKeys = true, over, children } = props;
  const { view } = zoom;
  const { onKeyDown, ...pointers } = zoom.handlers;
  const shape: CSSProperties = {
    ...shapeOf(size, maxHeight),
    touchAction: view.scale > 1 ? "none" : "pan-y",
  };
  return (
    <section
      ref={zoom.stage}
      className={styles["stage"]}
      style={shape}
      aria-label={hasKeys ? `${label}. Plus and minus zoom, arrows move, 0 shows all of it.` : label}
      data-scale={view.scale.toFixed(2)}
      {...pointers}
      {...(hasKeys ? { tabIndex: 0, onKeyDown } : {})}
    >
      <div className={styles["layer"]} style={{ transform: transformOf(view) }}>
        {children}
      </div>
      {over}
    </section>
  );
}

interface StageDividerProps {
  readonly zoom: Zoom;
  /** Percent of the picture's width. */
  readonly at: number;
  readonly onMove: (at: number) => void;
}

/** A line that divides two pictures. For pointers; keys have a range beside the stage, which says the same. */
export function StageDivider({ zoom, at, onMove }: StageDividerProps) {
  const { view } = zoom;
  const moveTo = (event: PointerEvent) => {
    const share = (zoom.pointAt(event).x - view.x) / view.scale;
    onMove(Math.min(100, Math.max(0, share * 100)));
  };
  return (
    <div
      className={styles["divider"]}
      style={{ left: `${view.x * 100 + view.scale * at}%` }}
      data-divider
      aria-hidden
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) moveTo(event);
      }}
    />
  );
}

interface StageTagProps {
  readonly isMarked?: boolean;
  readonly children: string;
}

/** A word in the corner that says which picture it is. */
export function StageTag({ isMarked = false, children }: StageTagProps) {
  return (
    <span className={styles["tag"]} data-marked={isMarked}>
      {children}
    </span>
  );
}
