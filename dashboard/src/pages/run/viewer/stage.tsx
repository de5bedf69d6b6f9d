import { DifferenceView } from "../../../components/viewer/difference-view.tsx";
import type { Zoom } from "../../../components/viewer/use-zoom.ts";
import type { Size } from "../../../components/viewer/zoom.ts";
import { Overlays } from "./overlays.tsx";
import type { Pictures } from "./pictures.ts";
import styles from "./stage.module.css";
import type { Shown, ViewMode } from "./view-mode.ts";

interface StageProps {
  readonly pictures: Pictures;
  readonly label: string;
  readonly mode: ViewMode;
  readonly titles: Partial<Readonly<Record<ViewMode, string>>>;
  readonly shown: Shown;
  /** Percent of the width that shows what was before. */
  readonly divider: number;
  /** Of what was before; null until it is known. */
  readonly size: Size | null;
  readonly zoom: Zoom;
  readonly onDivider: (divider: number) => void;
}

const LANDSCAPE = { width: 4, height: 3 };

/** Before, after and what lies over them, all stretched to the place of what was before. */
export function Stage(props: StageProps) {
  const { pictures, label, mode, titles, shown, divider, size, zoom, onDivider } = props;
  const { before, after } = pictures;
  const { width, height } = size ?? LANDSCAPE;
  const { view } = zoom;
  const showsAfter = after !== null && (mode === "after" || mode === "slider");
  const cut = mode === "slider" ? { clipPath: `inset(0 0 0 ${divider}%)` } : {};
  if (before === null) return null;
  return (
    <section
      ref={zoom.stage}
      className={styles["stage"]}
      style={{
        aspectRatio: `${width} / ${height}`,
        maxWidth: `calc(min(70dvh, 46rem) * ${width / height})`,
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
        <img src={`/api/artifacts/${before}`} alt={titles.before ?? "Before"} draggable={false} />
        {showsAfter && (
          <img src={`/api/artifacts/${after}`} alt={titles.after ?? "After"} draggable={false} style={cut} />
        )}
        {after !== null && mode === "difference" && <DifferenceView before={before} after={after} />}
        <Overlays pictures={pictures} shown={shown} size={size} scale={view.scale} />
      </div>
      {mode === "slider" && after !== null && (
        <Divider
          at={`calc(${view.x}px + ${view.scale * divider}%)`}
          onMove={(clientX) => onDivider(zoom.shareAt(clientX))}
        />
      )}
    </section>
  );
}

interface DividerProps {
  readonly at: string;
  readonly onMove: (clientX: number) => void;
}

/** For pointers; keys have the range above the picture, which says the same. */
function Divider({ at, onMove }: DividerProps) {
  return (
    <div
      className={styles["divider"]}
      style={{ left: at }}
      data-divider
      aria-hidden
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(event.clientX);
      }}
    />
  );
}
