import { ImageOff } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import {
  isMissing,
  type PictureState,
  placeOf,
  sayMissing,
} from "../../../components/picture/picture-state.ts";
import { type PictureSizes, usePictures } from "../../../components/picture/use-picture.ts";
import { Segments } from "../../../components/segments.tsx";
import { type StageLook, viewWithin } from "../../../components/viewer/stage-look.ts";
import { useSettled } from "../../../components/viewer/use-settled.ts";
import { WHOLE } from "../../../components/viewer/zoom.ts";
import { type CompareMode, MODES } from "../compare-search.ts";
import styles from "./compare-pictures.module.css";
import { ComparedStages } from "./compared-stages.tsx";
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
  const { left, right, sizes, onMode, onLook } = props;
  const [look, setLook] = useState(props.look);
  useSettled(look, onLook);
  const view = viewWithin(look, setLook);
  const { divider } = look;
  const setDivider = (next: number) => setLook((now) => ({ ...now, divider: next }));
  const [one = NONE, other = NONE] = usePictures([left, right], sizes);
  const whyNot = whyNotTogether(one, other);
  const mode = whyNot === undefined ? props.mode : "side";
  const blink = useBlink(mode === "blink");
  if (left === null || right === null) {
    return (
      <EmptyState icon={ImageOff} title="There are not two pictures">
        <p>One of them is not made yet, failed, or is no longer kept.</p>
      </EmptyState>
    );
  }
  const size = placeOf(one) ?? placeOf(other) ?? LANDSCAPE;
  const two = { left: { artifact: left, state: one }, right: { artifact: right, state: other } };
  return (
    <div className={styles["pictures"]}>
      <div className={styles["controls"]}>
        <Segments
          label="How the two are seen"
          options={MODES.map(({ id, title }) =>
            id === "side" ? { id, title } : { id, title, hint: whyNot, isDisabled: whyNot !== undefined },
          )}
          chosen={mode}
          onChoose={onMode}
        />
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
      <div className={styles["room"]}>
        <ComparedStages
          {...two}
          {...{ mode, size, view, divider }}
          isRightOn={blink.isOn}
          onDivider={setDivider}
        />
      </div>
    </div>
  );
}

const NONE = { kind: "none" } as const;

/** Why the two cannot be seen in one place; undefined where they can. */
function whyNotTogether(left: PictureState, right: PictureState): string | undefined {
  if (isMissing(left)) return sayMissing(left, "Left");
  return isMissing(right) ? sayMissing(right, "Right") : undefined;
}
