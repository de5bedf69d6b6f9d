import { useState } from "react";
import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";
import { decisionOfMarks, type Mark, type Marks, nextUnmarked } from "../decide/marks.ts";
import { hasOwnRegions, worstRegion } from "../regions.ts";
import { candidatesOf } from "./candidates.tsx";

export interface Reviewing {
  /** Number of the region that is looked at, from 1; null = the whole picture. */
  readonly region: number | null;
  readonly setRegion: (region: number | null) => void;
  readonly marks: Marks;
  /** Place among the candidates, from 0. */
  readonly picked: number;
  readonly pick: (place: number) => void;
  /** The picture that is shown: the candidate that was picked. */
  readonly shown: string;
  /** @param isWhole about the whole picture, whatever region is looked at */
  readonly decide: (mark: Mark, isWhole: boolean) => void;
}

/** What somebody says about one showing, region by region, until there is a decision of it. */
export function useReviewing(review: ReviewView, onDecide: (body: DecideReview) => void): Reviewing {
  const candidates = candidatesOf(review);
  const [region, setRegion] = useState(() => worstRegion(review.regions));
  const [marks, setMarks] = useState<Marks>(new Map());
  const [picked, setPicked] = useState(0);
  const isByRegion = hasOwnRegions(review) && picked === 0;
  const { round } = review;
  const decideWhole = (mark: Mark) => {
    const image = picked === 0 ? undefined : candidates[picked];
    const taken = mark === "accept" && image !== undefined ? { image } : {};
    onDecide({ decision: mark, ...taken, round });
  };
  return {
    region,
    setRegion,
    marks,
    picked,
    shown: candidates[picked] ?? review.original,
    pick(place) {
      if (place < candidates.length) setPicked(place);
    },
    decide(mark, isWhole) {
      if (isWhole || !isByRegion || region === null) return decideWhole(mark);
      const next: Marks = new Map([...marks, [region, mark]]);
      const left = nextUnmarked(review, next, region);
      if (left === null) return onDecide(decisionOfMarks(review, next));
      setMarks(next);
      setRegion(left);
    },
  };
}
