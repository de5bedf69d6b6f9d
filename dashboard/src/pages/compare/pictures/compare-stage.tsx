import type { ReactNode } from "react";
import { type SharedView, useZoom } from "../../../components/viewer/use-zoom.ts";
import type { Size } from "../../../components/viewer/zoom.ts";
import styles from "./compare-stage.module.css";

interface CompareStageProps {
  readonly label: string;
  /** Of the picture, for its shape. */
  readonly size: Size;
  /** Where one looks: the other stage shows the same part. */
  readonly view: SharedView;
  /** Said of it in its corner. */
  readonly tag?: string;
  /** Percent of the picture's width where a line divides it; null = nowhere. */
  readonly divider?: number | null;
  readonly onDivider?: (divider: number) => void;
  readonly children: ReactNode;
}

/** A place for pictures of one shape, which are zoomed and moved together. */
export function CompareStage(props: CompareStageProps) {
  const { label, size, view: shared, tag, divider = null, onDivider, children } = props;
  const zoom = useZoom(shared);
  const { view } = zoom;
  return (
    <section
      ref={zoom.stage}
      className={styles["stage"]}
      style={{
        aspectRatio: `${size.width} / ${size.height}`,
        maxWidth: `calc(min(70dvh, 52rem) * ${size.width / size.height})`,
        touchAction: view.scale > 1 ? "none" : "pan-y",
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the picture
      tabIndex={0}
      aria-label={`${label}. Plus and minus zoom, arrows move, 0 shows all of it.`}
      data-scale={view.scale.toFixed(2)}
      {...zoom.handlers}
    >
      <div
        className={styles["layer"]}
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
      >
        {children}
      </div>
      {tag !== undefined && <span className={styles["tag"]}>{tag}</span>}
      {divider !== null && (
        <div
          className={styles["divider"]}
          style={{ left: `calc(${view.x}px + ${view.scale * divider}%)` }}
          data-divider
          aria-hidden
          onPointerDown={(event) => {
            event.stopPropagation();
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId))
              onDivider?.(zoom.shareAt(event.clientX));
          }}
        />
      )}
    </section>
  );
}
