import { isMissing, type PictureState, placeOf, sizeOf } from "../../../components/picture/picture-state.ts";
import { StageImage } from "../../../components/picture/stage-image.tsx";
import { DifferenceView } from "../../../components/viewer/difference-view.tsx";
import { PictureStage, StageDivider } from "../../../components/viewer/picture-stage.tsx";
import type { Zoom } from "../../../components/viewer/use-zoom.ts";
import { Overlays } from "./overlays.tsx";
import type { Pictures } from "./pictures.ts";
import type { Shown, ViewMode } from "./view-mode.ts";

/** CSS length: how high a stage is at most. */
export const STAGE_HEIGHT = "min(70dvh, 46rem)";

interface StageProps {
  readonly pictures: Pictures;
  /** Of which at least one is there or on its way. */
  readonly seen: SeenPictures;
  readonly label: string;
  readonly mode: ViewMode;
  readonly titles: Partial<Readonly<Record<ViewMode, string>>>;
  readonly shown: Shown;
  /** Percent of the width that shows what was before. */
  readonly divider: number;
  readonly zoom: Zoom;
  readonly onDivider: (divider: number) => void;
}

/** What became of the pictures that a viewer shows. */
export interface SeenPictures {
  readonly before: PictureState;
  readonly after: PictureState;
  readonly mask: PictureState;
}

const LANDSCAPE = { width: 4, height: 3 };

/** Before, after and what lies over them, all stretched to the place of what was before. */
export function Stage(props: StageProps) {
  const { pictures, seen, label, mode, titles, shown, divider, zoom, onDivider } = props;
  const { before, after } = pictures;
  const showsAfter = after !== null && (mode === "after" || mode === "slider");
  const cut = mode === "slider" ? { clipPath: `inset(0 0 0 ${divider}%)` } : {};
  const size = sizeOf(seen.before);
  const areThere = seen.before.kind === "there" && seen.after.kind === "there";
  if (before === null) return null;
  return (
    <PictureStage
      label={label}
      size={placeOf(seen.before) ?? (isMissing(seen.before) ? placeOf(seen.after) : null) ?? LANDSCAPE}
      maxHeight={STAGE_HEIGHT}
      zoom={zoom}
      over={
        mode === "slider" && after !== null && <StageDivider zoom={zoom} at={divider} onMove={onDivider} />
      }
    >
      <StageImage artifact={before} state={seen.before} alt={titles.before ?? "Before"} />
      {showsAfter && (
        <StageImage artifact={after} state={seen.after} alt={titles.after ?? "After"} style={cut} />
      )}
      {after !== null && mode === "difference" && areThere && (
        <DifferenceView before={before} after={after} />
      )}
      <Overlays pictures={pictures} shown={shown} size={size} scale={zoom.view.scale} />
    </PictureStage>
  );
}
