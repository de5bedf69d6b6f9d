import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { classNames } from "../../../components/class-names.ts";
import { inShown, viewOf, worstRegion } from "../regions.ts";
import { Crop } from "../wall/crop.tsx";
import styles from "./candidates.module.css";

interface CandidatesProps {
  readonly review: ReviewView;
  readonly region: number | null;
  /** Place of the one that is shown, from 0. */
  readonly picked: number;
  readonly onPick: (place: number) => void;
}

/** What can be accepted: what is shown, and what can be taken in its place. */
export function candidatesOf({
  show,
  candidates = [],
  original,
}: ReviewView): readonly ReviewView["original"][] {
  return [show[0] ?? original, ...candidates];
}

/** Side by side, each with the key that picks it. */
export function Candidates({ review, region, picked, onPick }: CandidatesProps) {
  const candidates = candidatesOf(review);
  const number = region ?? worstRegion(review.regions);
  const looked = number === null ? undefined : review.regions[number - 1];
  const box = looked === undefined ? null : inShown(viewOf(looked), review);
  if (candidates.length < 2) return null;
  return (
    <section className={styles["strip"]} aria-label="Candidates">
      {candidates.map((artifact, at) => (
        <button
          key={artifact}
          type="button"
          className={classNames(styles["candidate"], at === picked && styles["picked"])}
          aria-pressed={at === picked}
          onClick={() => onPick(at)}
        >
          <Crop artifact={artifact} box={box} alt={at === 0 ? "What is shown" : `Candidate ${at + 1}`} />
          <span className={styles["name"]}>
            <kbd>{at + 1}</kbd> {at === 0 ? "newest" : "candidate"}
          </span>
        </button>
      ))}
    </section>
  );
}
