import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { classNames } from "../../../components/class-names.ts";
import { concernOf, inShown, viewOf, worstRegion } from "../regions.ts";
import type { ReviewSearch } from "../review-search.ts";
import { TimeLeft } from "../time-left.tsx";
import { Crop } from "./crop.tsx";
import styles from "./review-wall.module.css";

interface ReviewTileProps {
  readonly review: ReviewView;
  readonly search: ReviewSearch;
  /** Its place on the wall. */
  readonly at: number;
  readonly isChosen: boolean;
  /** @param isRange everything since the last one that was chosen, too */
  readonly onChoose: (at: number, isRange: boolean) => void;
}

/** What there is most to look at of a picture; with the pointer on it, how it was before. */
export function ReviewTile({ review, search, at, isChosen, onChoose }: ReviewTileProps) {
  const [showsBefore, setShowsBefore] = useState(false);
  const { taskUUID, file, show, original, regions, round } = review;
  const number = worstRegion(regions);
  const region = number === null ? undefined : regions[number - 1];
  const concern = region === undefined ? null : concernOf(region);
  const before = region === undefined ? null : viewOf(region);
  const box = before === null ? null : inShown(before, review);
  return (
    <div
      className={classNames(styles["tile"], isChosen && styles["chosen"])}
      data-tile={at}
      data-review={taskUUID}
      onPointerEnter={({ pointerType }) => setShowsBefore(pointerType === "mouse")}
      onPointerLeave={() => setShowsBefore(false)}
    >
      <Link to="/review" search={{ ...search, at: taskUUID }} className={styles["link"]}>
        <span className="visually-hidden">
          {`${file}, ${review.review}${round > 1 ? `, shown for time ${round}` : ""}`}
        </span>
        <Crop artifact={show[0] ?? original} box={box} alt="" />
        {showsBefore && (
          <span className={styles["before"]}>
            <Crop artifact={original} box={before} alt="" />
            <span className={styles["tag"]} aria-hidden>
              Before
            </span>
          </span>
        )}
      </Link>
      {concern !== null && (
        <span
          className={styles["concern"]}
          data-tone={concern > 1 ? "warn" : "good"}
          title="The worst seam or shift of colours: above 1 is more than gates usually let through"
        >
          {concern.toFixed(1)}
        </span>
      )}
      <label className={styles["tick"]}>
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={`Choose ${file}`}
          onChange={(event) => onChoose(at, (event.nativeEvent as MouseEvent).shiftKey === true)}
        />
      </label>
      <div className={styles["caption"]}>
        <span className={styles["file"]} title={file}>
          {file.split("/").at(-1)}
        </span>
        <span className={styles["note"]}>
          {regions.length > 1 && <span>{regions.length} regions</span>}
          {round > 1 && <span>round {round}</span>}
          {review.until === null ? <span>{review.workflow}</span> : <TimeLeft review={review} isShort />}
        </span>
      </div>
    </div>
  );
}
