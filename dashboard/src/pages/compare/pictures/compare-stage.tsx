import type { ReactNode } from "react";
import { PictureStage, StageDivider, StageTag } from "../../../components/viewer/picture-stage.tsx";
import { type SharedView, useZoom } from "../../../components/viewer/use-zoom.ts";
import type { Size } from "../../../components/viewer/zoom.ts";

interface CompareStageProps {
  readonly label: string;
  /** Of the picture, for its shape. */
  readonly size: Size;
  /** Where one looks: the other stage shows the same part. */
  readonly view: SharedView;
  /** Said of it in its corner. */
  readonly tag?: string;
  /** Percent of the picture's width where a line divides it; null = nowhere. */
  readonly divider?: number | null;
  readonly onDivider?: (divider: number) => void;
  readonly children: ReactNode;
}

/** CSS length: how high a stage is at most. */
export const STAGE_HEIGHT = "min(70dvh, 52rem)";

/** One of two stages that are looked at together, or both in one. */
export function CompareStage(props: CompareStageProps) {
  const { label, size, view, tag, divider = null, onDivider, children } = props;
  const zoom = useZoom(view);
  return (
    <PictureStage
      label={label}
      size={size}
      maxHeight={STAGE_HEIGHT}
      zoom={zoom}
      over={
        <>
          {tag !== undefined && <StageTag>{tag}</StageTag>}
          {divider !== null && onDivider !== undefined && (
            <StageDivider zoom={zoom} at={divider} onMove={onDivider} />
          )}
        </>
      }
    >
      {children}
    </PictureStage>
  );
}
