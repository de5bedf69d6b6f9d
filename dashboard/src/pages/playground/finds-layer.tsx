import type { Detection } from "../../../../src/contracts/detection.ts";
import type { Layers } from "./layers.ts";
import { cropAround, type RegionBox } from "./mask-regions.ts";
import styles from "./stage.module.css";

interface FindsLayerProps {
  readonly detections: readonly Detection[];
  readonly regions: readonly RegionBox[];
  readonly margin: number;
  readonly width: number;
  readonly height: number;
  readonly layers: Layers;
  /** Index of the one that is pointed at in the list. */
  readonly chosen: number | null;
}

/** Boxes with their labels, points and crops; lines are as thick however far one looks in. */
export function FindsLayer(props: FindsLayerProps) {
  const { detections, regions, margin, width, height, layers, chosen } = props;
  const crops = layers.crops ? regions.map((box) => cropAround(box, margin, width, height)) : [];
  return (
    <>
      <svg
        className={styles["layer"]}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        {layers.points && detections.map((find) => <Points key={find.box.join()} find={find} />)}
        {crops.map((box) => (
          <Rectangle key={box.join()} box={box} look="crop" />
        ))}
        {layers.boxes &&
          detections.map(({ box }, index) => (
            <Rectangle key={box.join()} box={box} look={index === chosen ? "chosen" : "box"} />
          ))}
      </svg>
      {layers.boxes &&
        detections.map(({ box: [x0, y0], label, score }, index) => (
          <span
            key={`${x0} ${y0}`}
            className={styles["label"]}
            data-find={index}
            style={{ left: `${percent(x0, width)}%`, top: `${percent(y0, height)}%` }}
          >
            {label} {score?.toFixed(2)}
          </span>
        ))}
    </>
  );
}

function percent(value: number, whole: number): number {
  return Math.min(100, Math.max(0, (value / whole) * 100));
}

/** Twice: a dark line below the light one is seen on any picture. */
function Rectangle({ box: [x0, y0, x1, y1], look }: { readonly box: RegionBox; readonly look: string }) {
  const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  return (
    <g>
      <rect {...place} className={styles["halo"]} />
      <rect {...place} className={styles[look]} data-shape={look} />
    </g>
  );
}

function Points({
  find: { keypoints = [], landmarks = [], polygon, polygons = [] },
}: {
  readonly find: Detection;
}) {
  const dots = [...keypoints, ...landmarks].map(([x, y]) => `M${x} ${y}h0`).join("");
  const outlines = [...(polygon === undefined ? [] : [polygon]), ...polygons]
    .map((points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z`)
    .join("");
  return (
    <>
      {outlines !== "" && <path d={outlines} className={styles["outline"]} />}
      {dots !== "" && <path d={dots} className={styles["dots"]} />}
    </>
  );
}
