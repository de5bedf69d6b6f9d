import type { ReviewView } from "../../../../src/contracts/review.ts";

export type ReviewSort = "concern" | "oldest" | "deadline" | "file";

/** What of the review page is in its address. */
export interface ReviewSearch {
  readonly workflow?: string;
  /** UUID of a batch. */
  readonly batch?: string;
  /** Id of a reviewing step. */
  readonly step?: string;
  /** Nothing = the worst numbers first. */
  readonly sort?: Exclude<ReviewSort, "concern">;
  /** Nothing = what waits. */
  readonly tab?: "history";
  /** UUID of the review that is looked at closely. */
  readonly at?: string;
}

export const SORTS: readonly { readonly value: ReviewSort; readonly label: string }[] = [
  { value: "concern", label: "Worst first" },
  { value: "oldest", label: "Longest waiting first" },
  { value: "deadline", label: "Soonest decided by itself" },
  { value: "file", label: "By file name" },
];

const UUID = /^[0-9a-f-]{36}$/i;

/** What an address says, without what it should not. */
export function readReviewSearch(search: Readonly<Record<string, unknown>>): ReviewSearch {
  const text = (name: string, pattern = /./) => {
    const value = typeof search[name] === "number" ? String(search[name]) : search[name];
    return typeof value === "string" && pattern.test(value) ? value : undefined;
  };
  const [workflow, step] = [text("workflow"), text("step")];
  const [batch, at] = [text("batch", UUID), text("at", UUID)];
  const sort = SORTS.map(({ value }) => value).find((value) => value === search["sort"]);
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(batch === undefined ? {} : { batch }),
    ...(step === undefined ? {} : { step }),
    ...(sort === undefined || sort === "concern" ? {} : { sort }),
    ...(search["tab"] === "history" ? { tab: "history" as const } : {}),
    ...(at === undefined ? {} : { at }),
  };
}

/** One showing of one review: a later one is decided about anew. */
export function showingOf({ taskUUID, round }: Pick<ReviewView, "taskUUID" | "round">): string {
  return `${taskUUID} ${round}`;
}
