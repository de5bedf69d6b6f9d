import type { Size } from "../../../components/viewer/zoom.ts";
import styles from "./overlays.module.css";
import type { Pictures } from "./pictures.ts";
import type { Shown } from "./view-mode.ts";

interface OverlaysProps {
  readonly pictures: Pictures;
  readonly shown: Shown;
  /** Of the picture that boxes are in pixels of. */
  readonly size: Size | null;
  readonly scale: number;
}

/** Mask, boxes and regions over the picture. Lines and words keep their thickness however near one looks. */
export function Overlays({ pictures, shown, size, scale }: OverlaysProps) {
  const { mask, detections } = pictures;
  return (
    <>
      {mask !== null && shown.mask && (
        <div
          className={styles["mask"]}
          data-overlay="mask"
          style={{ maskImage: `url("/api/artifacts/${mask}")`, opacity: shown.opacity / 100 }}
        />
      )}
      {size !== null && shown.regions && (
        <Boxes
          size={size}
          scale={scale}
          kind="region"
          boxes={pictures.regions.map(({ crop }, at) => ({ box: crop, text: `region ${at + 1}` }))}
        />
      )}
      {size !== null && shown.boxes && (
        <Boxes
          size={size}
          scale={scale}
          kind="detection"
          boxes={detections.map(({ box, label, score }) => ({
            box,
            text: score === null ? label : `${label} ${score.toFixed(2)}`,
          }))}
        />
      )}
    </>
  );
}

/** Share of the picture's height above which no room is left for a label: there it stands within its box. */
const AT_TOP = 0.05;

interface BoxesProps {
  readonly size: Size;
  readonly scale: number;
  readonly kind: "region" | "detection";
  readonly boxes: readonly {
    readonly box: readonly [number, number, number, number];
    readonly text: string;
  }[];
}

function Boxes({ size, scale, kind, boxes }: BoxesProps) {
  const share = (value: number, of: number) => `${(value / of) * 100}%`;
  return boxes.map(({ box: [x0, y0, x1, y1], text }, at) => (
    <div
      // biome-ignore lint/suspicious/noArrayIndexKey: what was found has no name but its place in the list
      key={at}
      className={styles["box"]}
      data-overlay={kind}
      style={{
        left: share(x0, size.width),
        top: share(y0, size.height),
        width: share(x1 - x0, size.width),
        height: share(y1 - y0, size.height),
        boxShadow: `0 0 0 ${2 / scale}px var(--colour)`,
      }}
    >
      <span
        className={styles["label"]}
        style={{ transform: `scale(${1 / scale})${y0 < AT_TOP * size.height ? "" : " translateY(-100%)"}` }}
      >
        {text}
      </span>
    </div>
  ));
}
