import { decideReview } from "../../engine/decide-review.ts";
import { addAuditEntry } from "../../store/audit.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import {
  addDecision,
  findOverdueReviews,
  type OverdueReview,
  readReviewState,
  resumeRun,
} from "../../store/reviews.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import type { Store } from "../../store/store.ts";
import { lockTask } from "./decide.ts";
import { shownIn } from "./prepare-decision.ts";

const LIMIT = 500;

/**
 * Decides what nobody decided in time, each once: whoever else decides meanwhile holds the run's row, and is seen here.
 * @returns how many
 */
export async function timeOutReviews(store: Store): Promise<number> {
  let decided = 0;
  for (const review of await findOverdueReviews(store.db, LIMIT)) {
    if (await retryOnDeadlock(() => timeOut(store, review))) decided += 1;
  }
  if (decided > 0) store.wakeUps.notify("events", "ready", "ended");
  return decided;
}

async function timeOut(store: Store, review: OverdueReview): Promise<boolean> {
  const { taskUUID, runUUID, batchUUID, ownerUUID: owner } = review;
  const { workflow } = await store.batchContext(batchUUID);
  return store.db.transaction().execute(async (db) => {
    const { run, task } = await lockTask(db, runUUID, taskUUID);
    const { round, isOverdue } = await readReviewState(db, taskUUID);
    if (task.status !== "review" || !isOverdue) return false;
    const { changes } = decideReview(workflow, run, task, { decision: "timeout" });
    const detail = shownIn(task.input);
    await addDecision(db, { taskUUID, round, decision: "timeout", detail, actor: "engine", key: null });
    await addAuditEntry(db, {
      owner,
      actor: "engine",
      action: "review.timeout",
      target: taskUUID,
      detail: { round },
    });
    await resumeRun(db, runUUID, taskUUID, []);
    await advanceRuns(db, [runUUID], store.decideFor, changes);
    return true;
  });
}
