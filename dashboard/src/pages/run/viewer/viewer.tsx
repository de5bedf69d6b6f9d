import { ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import { EmptyState } from "../../../components/empty-state.tsx";
import { DifferenceView } from "./difference-view.tsx";
import { Overlays } from "./overlays.tsx";
import { type Pictures, regionsOf } from "./pictures.ts";
import { useNaturalSize } from "./use-natural-size.ts";
import { useZoom } from "./use-zoom.ts";
import { modesOf, SHOWN_AT_FIRST, type ViewMode } from "./view-mode.ts";
import styles from "./viewer.module.css";
import { ViewerControls } from "./viewer-controls.tsx";
import { showBox } from "./zoom.ts";
import { ZoomControls } from "./zoom-controls.tsx";

interface ViewerProps {
  readonly pictures: Pictures;
  /** What is shown, for whoever hears the page. */
  readonly label: string;
  /** Pixels of the picture that were asked to be seen; `at` tells one wish from the same wish again. */
  readonly wish: { readonly box: readonly [number, number, number, number]; readonly at: number } | null;
}

const LANDSCAPE = { width: 4, height: 3 };

/** One picture before and after, to be looked at closely: wheel, fingers, keys and buttons zoom and move it. */
export function Viewer({ pictures, label, wish }: ViewerProps) {
  const { before, after } = pictures;
  const [wanted, setWanted] = useState<ViewMode>("slider");
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const [divider, setDivider] = useState(50);
  const modes = modesOf(pictures);
  const mode = modes.includes(wanted) ? wanted : (modes[0] ?? "before");
  const size = useNaturalSize(before);
  const zoom = useZoom();
  const { setView, stageSize } = zoom;
  const [x0, y0, x1, y1] = wish?.box ?? [0, 0, 0, 0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish moves the picture
  useEffect(() => {
    if (wish === null || size === null) return;
    const { width, height } = size;
    setView(showBox([x0 / width, y0 / height, x1 / width, y1 / height], stageSize()));
  }, [wish?.at, size]);
  if (before === null) {
    return (
      <EmptyState icon={ImageOff} title="No picture yet">
        <p>It appears here as soon as it was read.</p>
      </EmptyState>
    );
  }
  const { width, height } = size ?? LANDSCAPE;
  const { view } = zoom;
  const layer = { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` };
  const dividerAt = `calc(${view.x}px + ${view.scale * divider}%)`;
  const cut = `inset(0 0 0 ${divider}%)`;
  return (
    <div className={styles["viewer"]}>
      <ViewerControls
        {...{ modes, mode, shown, divider }}
        has={{
          mask: pictures.mask !== null,
          boxes: pictures.detections.length > 0,
          regions: regionsOf(pictures).length > 0,
        }}
        onMode={setWanted}
        onShown={setShown}
        onDivider={setDivider}
      />
      <div className={styles["room"]}>
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
          <div className={styles["layer"]} style={layer}>
            <img src={`/api/artifacts/${before}`} alt="Before" draggable={false} />
            {after !== null && (mode === "after" || mode === "slider") && (
              <img
                src={`/api/artifacts/${after}`}
                alt="After"
                draggable={false}
                style={mode === "slider" ? { clipPath: cut } : {}}
              />
            )}
            {after !== null && mode === "difference" && <DifferenceView before={before} after={after} />}
            <Overlays pictures={pictures} shown={shown} size={size} scale={view.scale} />
          </div>
          {mode === "slider" && after !== null && (
            <Divider at={dividerAt} onMove={(clientX) => setDivider(zoom.shareAt(clientX))} />
          )}
        </section>
        <ZoomControls view={view} zoomBy={zoom.zoomBy} reset={zoom.reset} />
      </div>
    </div>
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
