import type { ReviewView } from "../../../../src/contracts/review.ts";
import { RelativeTime } from "../../components/relative-time.tsx";

const WORDS: Readonly<Record<ReviewView["otherwise"], string>> = {
  accept: "accepted by itself",
  keepOriginal: "original kept by itself",
  fail: "fails",
};

interface TimeLeftProps {
  readonly review: ReviewView;
  /** Where there is little room, only that it is, and when. */
  readonly isShort?: boolean;
}

/** What becomes of it where nobody decides, and when; nothing where it waits for ever. */
export function TimeLeft({ review: { until, otherwise }, isShort = false }: TimeLeftProps) {
  if (until === null) return null;
  return (
    <span title={isShort ? `If nobody decides: ${WORDS[otherwise]}` : undefined}>
      {isShort ? "by itself" : WORDS[otherwise]} <RelativeTime at={until} />
    </span>
  );
}
