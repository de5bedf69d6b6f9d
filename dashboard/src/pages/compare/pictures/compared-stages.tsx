import { MissingStage } from "../../../components/picture/picture-missing.tsx";
import { isMissing, type PictureState } from "../../../components/picture/picture-state.ts";
import { StageImage } from "../../../components/picture/stage-image.tsx";
import { DifferenceView } from "../../../components/viewer/difference-view.tsx";
import type { SharedView } from "../../../components/viewer/use-zoom.ts";
import type { Size } from "../../../components/viewer/zoom.ts";
import type { CompareMode } from "../compare-search.ts";
import styles from "./compare-pictures.module.css";
import { CompareStage, STAGE_HEIGHT } from "./compare-stage.tsx";

interface Compared {
  readonly artifact: string;
  readonly state: PictureState;
}

interface ComparedStagesProps {
  readonly left: Compared;
  readonly right: Compared;
  /** `side` where one of them is missing. */
  readonly mode: CompareMode;
  /** Of the picture, for its shape. */
  readonly size: Size;
  readonly view: SharedView;
  /** Percent of the picture's width. */
  readonly divider: number;
  /** Whether it is the right one's turn. */
  readonly isRightOn: boolean;
  readonly onDivider: (divider: number) => void;
}

/** The two on a stage each, or on one that shows both in the way that is chosen. */
export function ComparedStages(props: ComparedStagesProps) {
  const { left, right, mode, size, view, divider, isRightOn, onDivider } = props;
  const stage = { size, view };
  if (mode === "side") {
    return (
      <div className={styles["two"]}>
        <OneSide {...stage} name="Left" of={left} />
        <OneSide {...stage} name="Right" of={right} />
      </div>
    );
  }
  if (mode === "slider") {
    return (
      <CompareStage {...stage} label="Left and right" divider={divider} onDivider={onDivider}>
        <StageImage {...left} alt="Left" />
        <StageImage {...right} alt="Right" style={{ clipPath: `inset(0 0 0 ${divider}%)` }} />
      </CompareStage>
    );
  }
  if (mode === "difference") {
    return (
      <CompareStage {...stage} label="What differs">
        <DifferenceView before={left.artifact} after={right.artifact} />
      </CompareStage>
    );
  }
  return (
    <CompareStage {...stage} label="Left and right in turns" tag={isRightOn ? "Right" : "Left"}>
      <StageImage {...left} alt="Left" />
      <StageImage {...right} alt="Right" hidden={!isRightOn} />
    </CompareStage>
  );
}

interface OneSideProps extends Pick<ComparedStagesProps, "size" | "view"> {
  readonly name: "Left" | "Right";
  readonly of: Compared;
}

function OneSide({ name, of, ...stage }: OneSideProps) {
  if (isMissing(of.state)) {
    return <MissingStage state={of.state} name={name} size={stage.size} maxHeight={STAGE_HEIGHT} />;
  }
  return (
    <CompareStage {...stage} label={name} tag={name}>
      <StageImage {...of} alt={name} />
    </CompareStage>
  );
}
