import type { ReviewView } from "../../../../src/contracts/review.ts";
import { RelativeTime } from "../../components/relative-time.tsx";

const WORDS: Readonly<Record<ReviewView["otherwise"], string>> = {
  accept: "accepted by itself",
  keepOriginal: "original kept by itself",
  fail: "fails",
};

/** What becomes of it where nobody decides, and when; nothing where it waits for ever. */
export function TimeLeft({ review: { until, otherwise } }: { readonly review: ReviewView }) {
  if (until === null) return null;
  return (
    <span>
      {WORDS[otherwise]} <RelativeTime at={until} />
    </span>
  );
}
