import { useEffect } from "react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { MissingStage } from "../../../components/picture/picture-missing.tsx";
import { isMissing, sizeOf } from "../../../components/picture/picture-state.ts";
import { StageImage } from "../../../components/picture/stage-image.tsx";
import { usePictures } from "../../../components/picture/use-picture.ts";
import { PictureStage, StageTag } from "../../../components/viewer/picture-stage.tsx";
import { useZoom } from "../../../components/viewer/use-zoom.ts";
import { showBox, WHOLE } from "../../../components/viewer/zoom.ts";
import { ZoomControls } from "../../../components/viewer/zoom-controls.tsx";
import { useShortcuts } from "../../../shell/shortcuts.ts";
import { viewOf } from "../regions.ts";
import styles from "./review-stage.module.css";

interface ReviewStageProps {
  readonly review: ReviewView;
  /** The picture that is shown now. */
  readonly shown: string;
  readonly showsBefore: boolean;
  /** Number of the region that is looked at, from 1; null = the whole picture. */
  readonly region: number | null;
}

const SQUARE = { width: 1, height: 1 };
const STEP = 1.5;
const HEIGHT = "var(--stage-height)";
const NONE = { kind: "none" } as const;

/** The picture as it came out, with the one before it a key away, at the same place. */
export function ReviewStage({ review, shown, showsBefore, region }: ReviewStageProps) {
  const { original, regions, originalSize, shownSize } = review;
  const [before = NONE, after = NONE] = usePictures([original, shown]);
  const { width, height } = originalSize ?? shownSize ?? sizeOf(before) ?? sizeOf(after) ?? SQUARE;
  const zoom = useZoom();
  const { view, setView, zoomBy, reset } = zoom;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another region or picture moves what is seen
  useEffect(() => {
    const looked = region === null ? undefined : regions[region - 1];
    if (looked === undefined || originalSize === null) return setView(WHOLE);
    const [x0, y0, x1, y1] = viewOf(looked);
    setView(showBox([x0 / width, y0 / height, x1 / width, y1 / height]));
  }, [region, review.taskUUID, review.round]);
  useShortcuts([
    { key: "+", run: () => zoomBy(STEP) },
    { key: "=", run: () => zoomBy(STEP) },
    { key: "-", run: () => zoomBy(1 / STEP) },
    { key: "0", run: reset },
  ]);
  const looked = region === null ? undefined : regions[region - 1];
  const share = (value: number, of: number) => `${(value / of) * 100}%`;
  const isBeside = (review.candidates ?? []).length > 0;
  const now = showsBefore ? before : after;
  const tag = <StageTag isMarked={showsBefore}>{showsBefore ? "Before" : "After"}</StageTag>;
  if (isMissing(now)) {
    return (
      <div className={styles["room"]} data-beside={isBeside}>
        <MissingStage state={now} size={{ width, height }} maxHeight={HEIGHT} over={tag} />
      </div>
    );
  }
  return (
    <div className={styles["room"]} data-beside={isBeside}>
      <PictureStage
        label={`${review.file}, ${showsBefore ? "as it was before" : "as it came out"}`}
        size={{ width, height }}
        maxHeight={HEIGHT}
        zoom={zoom}
        hasKeys={false}
        over={tag}
      >
        <StageImage artifact={original} state={before} alt="Before" />
        <StageImage artifact={shown} state={after} alt="After" hidden={showsBefore} />
        {looked !== undefined && originalSize !== null && (
          <span
            className={styles["region"]}
            style={{
              left: share(looked.box[0], width),
              top: share(looked.box[1], height),
              width: share(looked.box[2] - looked.box[0], width),
              height: share(looked.box[3] - looked.box[1], height),
              boxShadow: `0 0 0 ${1.5 / view.scale}px rgb(255 255 255 / 85%), 0 0 0 ${2.5 / view.scale}px rgb(0 0 0 / 55%)`,
            }}
            aria-hidden
          />
        )}
      </PictureStage>
      <ZoomControls view={view} zoomBy={zoomBy} reset={reset} />
    </div>
  );
}
