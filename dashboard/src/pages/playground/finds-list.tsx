import type { DetectAnswer } from "../../../../src/contracts/detect.ts";
import styles from "./finds-list.module.css";

interface FindsListProps {
  readonly answer: DetectAnswer;
  /** Index of the one that is pointed at, or null. */
  readonly onPoint: (index: number | null) => void;
}

/** What was found in numbers; the one that is pointed at is marked in the picture. */
export function FindsList({ answer: { detections, width, height }, onPoint }: FindsListProps) {
  if (detections.length === 0) {
    return (
      <p className={styles["none"]}>Nothing scores above this confidence. Lower it, or try another model.</p>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles["scroll"]} tabIndex={0} aria-label="Finds in numbers">
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Score</th>
            <th scope="col">Size</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {detections.map(({ label, score, box: [x0, y0, x1, y1] }, index) => (
            <tr
              key={`${x0} ${y0} ${x1} ${y1}`}
              onPointerEnter={() => onPoint(index)}
              onPointerLeave={() => onPoint(null)}
            >
              <td>{label}</td>
              <td>{score?.toFixed(3) ?? "–"}</td>
              <td>
                {Math.round(x1 - x0)} × {Math.round(y1 - y0)}
              </td>
              <td>{(((x1 - x0) * (y1 - y0) * 100) / (width * height)).toFixed(1)} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
