import type { DecideReview, ReviewView } from "../../../../../src/contracts/review.ts";

/** What is going to be said about one region, or about all. */
export type Mark = "accept" | "reroll" | "keepOriginal";

/** By number of the region, from 1. */
export type Marks = ReadonlyMap<number, Mark>;

type Asked = Pick<ReviewView, "regions" | "round">;

/** The number of the next region that nothing is said about yet, beginning behind one; null where all have a mark. */
export function nextUnmarked(
  { regions }: Pick<Asked, "regions">,
  marks: Marks,
  behind: number,
): number | null {
  const numbers = regions.map((_region, at) => at + 1);
  const ordered = [...numbers.slice(behind), ...numbers.slice(0, behind)];
  return ordered.find((number) => !marks.has(number)) ?? null;
}

/** One decision of what is said about each region. @throws RangeError where there is a region without a mark */
export function decisionOfMarks({ regions, round }: Asked, marks: Marks): DecideReview {
  const all = regions.map((_region, at) => {
    const mark = marks.get(at + 1);
    if (mark === undefined) throw new RangeError(`expected a mark of region ${at + 1}`);
    return mark;
  });
  const [first] = all;
  if (first !== undefined && all.every((mark) => mark === first)) return { decision: first, round };
  const numbersOf = (wanted: Mark) => all.flatMap((mark, at) => (mark === wanted ? [at + 1] : []));
  const keepRegions = numbersOf("keepOriginal");
  const kept = keepRegions.length === 0 ? {} : { keepRegions };
  const again = numbersOf("reroll");
  return again.length === 0
    ? { decision: "accept", ...kept, round }
    : { decision: "reroll", regions: again, ...kept, round };
}

/** What it says in the past, for whoever may still take it back. */
export function wordsOf({ decision, regions, keepRegions, image }: DecideReview): string {
  const some = regions === undefined ? "" : ` of ${regionsText(regions)}`;
  const kept = keepRegions === undefined ? "" : `, ${regionsText(keepRegions)} as before`;
  return (
    {
      accept: image === undefined ? "Accepted" : "Accepted another one",
      reroll: `Made again${some}`,
      keepOriginal: "Kept the original",
      editMask: `Made again through your mask${some}`,
    }[decision] + kept
  );
}

function regionsText(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? "region" : "regions"} ${numbers.join(", ")}`;
}
