import { ImageOff } from "lucide-react";
import { useState } from "react";
import { artifactPath } from "../../../api/artifact-path.ts";
import { Button } from "../../../components/button.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { Segments } from "../../../components/segments.tsx";
import { DifferenceView } from "../../../components/viewer/difference-view.tsx";
import { type StageLook, viewWithin } from "../../../components/viewer/stage-look.ts";
import { type PictureSizes, usePictureSize } from "../../../components/viewer/use-picture-size.ts";
import { useSettled } from "../../../components/viewer/use-settled.ts";
import { WHOLE } from "../../../components/viewer/zoom.ts";
import { type CompareMode, MODES } from "../compare-search.ts";
import styles from "./compare-pictures.module.css";
import { CompareStage } from "./compare-stage.tsx";
import { useBlink } from "./use-blink.ts";

interface ComparePicturesProps {
  /** UUIDs of artifacts; null where there is none (yet). */
  readonly left: string | null;
  readonly right: string | null;
  /** Theirs, as far as they are known. */
  readonly sizes?: PictureSizes | undefined;
  readonly mode: CompareMode;
  readonly onMode: (mode: CompareMode) => void;
  /** Where one looks to begin with. */
  readonly look: StageLook;
  /** Told of each other place that somebody has come to. */
  readonly onLook: (look: StageLook) => void;
}

const LANDSCAPE = { width: 4, height: 3 };

/** Two pictures, seen in the way that shows best what differs. */
export function ComparePictures(props: ComparePicturesProps) {
  const { left, right, sizes, mode, onMode, onLook } = props;
  const [look, setLook] = useState(props.look);
  useSettled(look, onLook);
  const view = viewWithin(look, setLook);
  const { divider } = look;
  const setDivider = (next: number) => setLook((now) => ({ ...now, divider: next }));
  const size = usePictureSize(left, sizes) ?? LANDSCAPE;
  const blink = useBlink(mode === "blink");
  if (left === null || right === null) {
    return (
      <EmptyState icon={ImageOff} title="There are not two pictures">
        <p>One of them is not made yet, failed, or is no longer kept.</p>
      </EmptyState>
    );
  }
  const stage = { size, view };
  const shown = (
    {
      side: (
        <div className={styles["two"]}>
          <CompareStage {...stage} label="Left" tag="Left">
            <img src={artifactPath(left)} alt="Left" draggable={false} />
          </CompareStage>
          <CompareStage {...stage} label="Right" tag="Right">
            <img src={artifactPath(right)} alt="Right" draggable={false} />
          </CompareStage>
        </div>
      ),
      slider: (
        <CompareStage {...stage} label="Left and right" divider={divider} onDivider={setDivider}>
          <img src={artifactPath(left)} alt="Left" draggable={false} />
          <img
            src={artifactPath(right)}
            alt="Right"
            draggable={false}
            style={{ clipPath: `inset(0 0 0 ${divider}%)` }}
          />
        </CompareStage>
      ),
      difference: (
        <CompareStage {...stage} label="What differs">
          <DifferenceView before={left} after={right} />
        </CompareStage>
      ),
      blink: (
        <CompareStage {...stage} label="Left and right in turns" tag={blink.isOn ? "Right" : "Left"}>
          <img src={artifactPath(left)} alt="Left" draggable={false} />
          <img src={artifactPath(right)} alt="Right" draggable={false} hidden={!blink.isOn} />
        </CompareStage>
      ),
    } as const
  )[mode];
  return (
    <div className={styles["pictures"]}>
      <div className={styles["controls"]}>
        <Segments label="How the two are seen" options={MODES} chosen={mode} onChoose={onMode} />
        {mode === "slider" && (
          <input
            type="range"
            min={0}
            max={100}
            step={0.5}
            value={divider}
            aria-label="Left and right"
            onChange={(event) => setDivider(Number(event.target.value))}
          />
        )}
        {mode === "blink" && (
          <Button onClick={blink.toggle}>{blink.isOn ? "Show left" : "Show right"}</Button>
        )}
        {mode === "blink" && (
          <Button onClick={blink.pause} aria-pressed={blink.isPaused}>
            {blink.isPaused ? "Go on" : "Pause"}
          </Button>
        )}
        <span className={styles["zoom"]}>
          <output>{Math.round(view[0].scale * 100)} %</output>
          <Button onClick={() => view[1](WHOLE)} disabled={view[0].scale === 1}>
            Show all
          </Button>
        </span>
      </div>
      <div className={styles["room"]}>{shown}</div>
    </div>
  );
}
