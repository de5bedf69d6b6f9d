import { useSyncExternalStore } from "react";
import { decideReviews } from "../../../api/reviews.ts";
import { showToast } from "../../../components/toast-store.ts";
import { createDecisionQueue, type DecisionQueue, type DecisionsView } from "./decision-queue.ts";
import { wordsOf } from "./marks.ts";

/* One queue for as long as the page is open: it goes on sending while one looks at another page. */
export const decisionQueue: DecisionQueue = createDecisionQueue({
  send: (decided, isLast) =>
    decideReviews(
      decided.map(({ review, body }) => ({ taskUUID: review.taskUUID, ...body })),
      isLast,
    ),
  onFailed(refused, error) {
    const [first] = refused;
    if (first === undefined) return;
    const reason = error instanceof Error ? error.message : String(error);
    const what =
      refused.length === 1
        ? `${first.review.file} is back, “${wordsOf(first.body)}” was not taken`
        : `${first.review.file} and ${refused.length - 1} more are back, what was decided about them was not taken`;
    showToast({ tone: "bad", text: `${what}: ${reason}` });
  },
  schedule(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
});

/* What was decided is meant, also where the tab is closed a second later. */
window.addEventListener("pagehide", () => decisionQueue.flush(true));
/* And whoever would rather wait is asked: many, or a mask, may be more than a browser sends on behalf of a page that is gone. */
window.addEventListener("beforeunload", (event) => {
  const { held, sending } = decisionQueue.read();
  if (held.length + sending > 0) event.preventDefault();
});

export function useDecisions(): DecisionsView {
  return useSyncExternalStore(decisionQueue.subscribe, decisionQueue.read);
}
