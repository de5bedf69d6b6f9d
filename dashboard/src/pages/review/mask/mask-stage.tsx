import type { ReviewView } from "../../../../../src/contracts/review.ts";
import type { PictureState } from "../../../components/picture/picture-state.ts";
import { StageImage } from "../../../components/picture/stage-image.tsx";
import type { Zoom } from "../../../components/viewer/use-zoom.ts";
import { type Size, transformOf } from "../../../components/viewer/zoom.ts";
import styles from "./mask-editor.module.css";
import { maskSize } from "./mask-pixels.ts";
import { type Tool, useBrush } from "./use-brush.ts";
import type { MaskCanvas } from "./use-mask-canvas.ts";

interface MaskStageProps {
  readonly review: ReviewView;
  readonly picture: PictureState;
  /** Of the picture. */
  readonly size: Size;
  readonly mask: MaskCanvas;
  readonly zoom: Zoom;
  readonly tool: Tool;
  /** CSS pixels across. */
  readonly brush: number;
  /** Of the mask, 0 to 1. */
  readonly opacity: number;
}

/** The mask over the picture, where it is drawn. */
export function MaskStage({ review, picture, size, mask, zoom, tool, brush, opacity }: MaskStageProps) {
  const pixels = maskSize(size);
  const share = size.width / size.height;
  const { view } = zoom;
  const { handlers, cursor } = useBrush({ zoom, mask, size: pixels, tool, brush });
  return (
    <section
      ref={zoom.stage}
      className={styles["stage"]}
      data-tool={tool}
      style={{
        aspectRatio: `${size.width} / ${size.height}`,
        maxWidth: `calc(var(--stage-height) * ${share})`,
      }}
      aria-label={`The mask over ${review.file}. It is drawn with a pointer.`}
      {...handlers}
    >
      <div className={styles["layer"]} style={{ transform: transformOf(view) }}>
        <StageImage artifact={review.original} state={picture} alt="Before" />
        <canvas
          ref={mask.canvas}
          width={pixels.width}
          height={pixels.height}
          style={{ opacity }}
          data-ready={mask.isReady}
          aria-hidden
        />
      </div>
      {cursor !== null && (
        <span
          className={styles["cursor"]}
          style={{ width: brush, height: brush, left: `${cursor.x * 100}%`, top: `${cursor.y * 100}%` }}
          aria-hidden
        />
      )}
    </section>
  );
}
