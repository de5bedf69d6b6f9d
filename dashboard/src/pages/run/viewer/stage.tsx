import { DifferenceView } from "../../../components/viewer/difference-view.tsx";
import { PictureStage, StageDivider } from "../../../components/viewer/picture-stage.tsx";
import type { Zoom } from "../../../components/viewer/use-zoom.ts";
import type { Size } from "../../../components/viewer/zoom.ts";
import { Overlays } from "./overlays.tsx";
import type { Pictures } from "./pictures.ts";
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
  const showsAfter = after !== null && (mode === "after" || mode === "slider");
  const cut = mode === "slider" ? { clipPath: `inset(0 0 0 ${divider}%)` } : {};
  if (before === null) return null;
  return (
    <PictureStage
      label={label}
      size={size ?? LANDSCAPE}
      maxHeight="min(70dvh, 46rem)"
      zoom={zoom}
      over={
        mode === "slider" && after !== null && <StageDivider zoom={zoom} at={divider} onMove={onDivider} />
      }
    >
      <img src={`/api/artifacts/${before}`} alt={titles.before ?? "Before"} draggable={false} />
      {showsAfter && (
        <img src={`/api/artifacts/${after}`} alt={titles.after ?? "After"} draggable={false} style={cut} />
      )}
      {after !== null && mode === "difference" && <DifferenceView before={before} after={after} />}
      <Overlays pictures={pictures} shown={shown} size={size} scale={zoom.view.scale} />
    </PictureStage>
  );
}
