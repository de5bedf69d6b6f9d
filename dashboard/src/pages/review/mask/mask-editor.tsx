import { Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";
import { Button } from "../../../components/button.tsx";
import { PictureMissing } from "../../../components/picture/picture-missing.tsx";
import { isMissing, type PictureState, sizeOf } from "../../../components/picture/picture-state.ts";
import { usePicture } from "../../../components/picture/use-picture.ts";
import { useZoom } from "../../../components/viewer/use-zoom.ts";
import { type Size, showBox } from "../../../components/viewer/zoom.ts";
import { ZoomControls } from "../../../components/viewer/zoom-controls.tsx";
import { Price } from "../price.tsx";
import { viewOf } from "../regions.ts";
import styles from "./mask-editor.module.css";
import { maskSize } from "./mask-pixels.ts";
import { MaskStage } from "./mask-stage.tsx";
import { MaskTools } from "./mask-tools.tsx";
import type { Tool } from "./use-brush.ts";
import { useEditorKeys } from "./use-editor-keys.ts";
import { useMaskCanvas } from "./use-mask-canvas.ts";

interface MaskEditorProps {
  readonly review: ReviewView;
  /** Number of the region that alone is drawn anew, from 1; null = the whole mask. */
  readonly region: number | null;
  readonly onCancel: () => void;
  readonly onDone: (body: DecideReview) => void;
}

/** What the step is to repaint, drawn over the picture before it. */
export function MaskEditor(props: MaskEditorProps) {
  const { originalSize, original } = props.review;
  const picture = usePicture(original);
  const size = originalSize ?? sizeOf(picture);
  if (isMissing(picture)) {
    return (
      <div className={styles["editor"]}>
        <PictureMissing state={picture} name="Before" />
        <div className={styles["end"]}>
          <span className={styles["buttons"]}>
            <Button onClick={props.onCancel}>Not now</Button>
          </span>
        </div>
      </div>
    );
  }
  if (size === null) return <p role="status">Loading the picture</p>;
  return <Editor {...props} size={size} picture={picture} />;
}

const BRUSH_AT_FIRST = 36;

interface EditorProps extends MaskEditorProps {
  readonly size: Size;
  /** What the mask lies over. */
  readonly picture: PictureState;
}

function Editor({ review, region, onCancel, onDone, size, picture }: EditorProps) {
  const pixels = maskSize(size);
  const mask = useMaskCanvas(review.maskImage, pixels);
  const zoom = useZoom();
  const { view, setView } = zoom;
  const [tool, setTool] = useState<Tool>("brush");
  const [brush, setBrush] = useState(BRUSH_AT_FIRST);
  const [opacity, setOpacity] = useState(0.5);
  const [isOfRegion, setOfRegion] = useState(region !== null);
  const [problem, setProblem] = useState<string | null>(null);
  useEditorKeys({ ...mask, setTool, setBrush });
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one begins; afterwards one moves by oneself
  useEffect(() => {
    const looked = region === null ? undefined : review.regions[region - 1];
    if (looked === undefined) return;
    const [x0, y0, x1, y1] = viewOf(looked);
    setView(showBox([x0 / size.width, y0 / size.height, x1 / size.width, y1 / size.height]));
  }, []);
  const editor = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void editor.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const run = async () => {
    const maskImage = await mask.read();
    if (maskImage === null) return setProblem("Nothing is drawn: paint what is to be made again.");
    const only = isOfRegion && region !== null ? { regions: [region] } : {};
    onDone({ decision: "editMask", maskImage, ...only, round: review.round });
  };
  return (
    <div ref={editor} className={styles["editor"]}>
      <MaskTools
        {...{ tool, brush, opacity, mask }}
        onTool={setTool}
        onBrush={setBrush}
        onOpacity={setOpacity}
      />
      <div className={styles["room"]}>
        <MaskStage {...{ review, picture, size, mask, zoom, tool, brush, opacity }} />
        <ZoomControls view={view} zoomBy={zoom.zoomBy} reset={zoom.reset} />
      </div>
      <div className={styles["end"]}>
        {region !== null && (
          <label className={styles["check"]}>
            <input
              type="checkbox"
              checked={isOfRegion}
              onChange={(event) => setOfRegion(event.target.checked)}
            />
            Only region {region}; the others stay as they are shown
          </label>
        )}
        {(problem ?? mask.failure) !== null && (
          <p className={styles["problem"]} role="alert">
            {problem ?? mask.failure}
          </p>
        )}
        <span className={styles["buttons"]}>
          <Button onClick={onCancel}>Not now</Button>
          <Button
            icon={Play}
            look="primary"
            disabled={!mask.isReady}
            onClick={() =>
              void run().catch((error: unknown) =>
                setProblem(error instanceof Error ? error.message : String(error)),
              )
            }
          >
            Make it again with this mask
          </Button>
          <Price amount={review.rerollCost} />
        </span>
      </div>
    </div>
  );
}
