import { useSyncExternalStore } from "react";
import { decideReview } from "../../../api/reviews.ts";
import { showToast } from "../../../components/toast-store.ts";
import { createDecisionQueue, type DecisionQueue, type DecisionsView } from "./decision-queue.ts";
import { wordsOf } from "./marks.ts";

/* One queue for as long as the page is open: it goes on sending while one looks at another page. */
export const decisionQueue: DecisionQueue = createDecisionQueue({
  send: ({ review, body }, isLast) => decideReview(review.taskUUID, body, isLast),
  onFailed({ review, body }, error) {
    const reason = error instanceof Error ? error.message : String(error);
    showToast({ tone: "bad", text: `${review.file} is back, “${wordsOf(body)}” was not taken: ${reason}` });
  },
  schedule(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
});

/* What was decided is meant, also where the tab is closed a second later. */
window.addEventListener("pagehide", () => decisionQueue.flush(true));

export function useDecisions(): DecisionsView {
  return useSyncExternalStore(decisionQueue.subscribe, decisionQueue.read);
}
