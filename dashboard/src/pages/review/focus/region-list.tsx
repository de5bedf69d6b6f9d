import { Check, Dices, Undo2 } from "lucide-react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { classNames } from "../../../components/class-names.ts";
import type { Mark, Marks } from "../decide/marks.ts";
import { concernOf, inShown, viewOf } from "../regions.ts";
import { Crop } from "../wall/crop.tsx";
import styles from "./region-list.module.css";

interface RegionListProps {
  readonly review: ReviewView;
  /** The picture that is shown now. */
  readonly shown: string;
  /** From 1; null = the whole picture. */
  readonly chosen: number | null;
  readonly marks: Marks;
  readonly onChoose: (region: number | null) => void;
}

const MARK_LOOKS: Readonly<Record<Mark, { readonly icon: typeof Check; readonly word: string }>> = {
  accept: { icon: Check, word: "accepted" },
  reroll: { icon: Dices, word: "made again" },
  keepOriginal: { icon: Undo2, word: "as before" },
};

/** Every region before and after, its numbers, and what is going to be said about it. */
export function RegionList({ review, shown, chosen, marks, onChoose }: RegionListProps) {
  return (
    <ol className={styles["list"]} aria-label="Regions">
      {review.regions.map((region, at) => {
        const number = at + 1;
        const mark = marks.get(number);
        const look = mark === undefined ? null : MARK_LOOKS[mark];
        const box = viewOf(region);
        const concern = concernOf(region);
        return (
          <li key={region.box.join()}>
            <button
              type="button"
              className={classNames(styles["region"], chosen === number && styles["chosen"])}
              aria-pressed={chosen === number}
              onClick={() => onChoose(chosen === number ? null : number)}
            >
              <span className={styles["pair"]}>
                <Crop artifact={review.original} box={box} alt="" pixels={96} />
                <Crop artifact={shown} box={inShown(box, review)} alt="" pixels={96} />
              </span>
              <span className={styles["words"]}>
                <span className={styles["title"]}>
                  Region {number}
                  {look !== null && (
                    <span className={styles["mark"]} data-mark={mark}>
                      <look.icon size={14} aria-hidden />
                      {look.word}
                    </span>
                  )}
                </span>
                <span className={styles["numbers"]} data-tone={(concern ?? 0) > 1 ? "warn" : undefined}>
                  seam {format(region.seam)} · colour {format(region.colorShiftAfter)}
                  {region.status === "keptOriginal" && " · kept by its gate"}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function format(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
