import type { TaskUUID } from "../../contracts/ids.ts";
import type { DecideParked, ParkedDecision } from "../../contracts/parked.ts";
import { DONE_TASK_STATUSES } from "../../contracts/run.ts";
import { giveUpParked, resumeParked } from "../../engine/decide-parked.ts";
import type { TaskState } from "../../engine/run-state.ts";
import { MaskloomError } from "../../errors.ts";
import { type CallEnd, callsOfTask, endCall } from "../../store/calls.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { appendEvents } from "../../store/events.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { advanceRuns } from "../../store/settle-tasks.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit, notThere } from "../actions/actor.ts";
import { lockTask } from "../review/decide.ts";

/** What becomes of the calls in question. Where it was billed, a retry of the task is a new call, and a person's decision. */
const CALLS: Readonly<Record<ParkedDecision, CallEnd["state"]>> = {
  resend: "absent",
  giveUp: "absent",
  markBilled: "answered",
};

/**
 * A person's decision about a task that is held or uncertain.
 * @throws NOT_FOUND; CONFLICT where it waits for no such decision
 */
export async function decideParked(
  store: Store,
  actor: Actor,
  taskUUID: TaskUUID,
  { decision, cost }: DecideParked,
): Promise<void> {
  const place = await findTaskPlace(store.db, actor.owner, taskUUID);
  if (place === null) throw notThere("task", taskUUID);
  const { workflow } = await store.batchContext(place.batchUUID);
  await retryOnDeadlock(() =>
    store.db.transaction().execute(async (db) => {
      const { task } = await lockTask(db, place.runUUID, taskUUID);
      const hasEnded = DONE_TASK_STATUSES.has(task.status);
      /* What was sent by one that has ended may be on its way still, for a minute: parkLeftovers. */
      const states = hasEnded ? (["uncertain"] as const) : (["sent", "uncertain"] as const);
      const calls = task.status === "held" ? [] : await callsOfTask(db, taskUUID, states);
      requireParked(task, decision, hasEnded && calls.length > 0);
      for (const { uuid } of calls) await endCall(db, uuid, { state: CALLS[decision], cost: cost ?? null });
      await audit(db, actor, `task.${decision}`, taskUUID, cost === undefined ? {} : { cost });
      if (hasEnded)
        return appendEvents(db, [{ type: "batch.changed", owner: actor.owner, batch: place.batchUUID }]);
      const change =
        decision === "resend" ? resumeParked(task) : giveUpParked(workflow, task, errorOf(task, decision));
      await advanceRuns(db, [place.runUUID], store.decideFor, [change]);
    }),
  );
  store.wakeUps.notify("events", "ready", "ended");
}

/** @param leftOver it has ended, and left calls that nobody knows the end of */
function requireParked({ taskUUID, status }: TaskState, decision: ParkedDecision, leftOver: boolean): void {
  const fits = status === "uncertain" || (status === "held" && decision !== "markBilled");
  if (fits || (leftOver && decision !== "resend")) return;
  const expected = decision === "markBilled" ? "one that is uncertain" : "one that is held or uncertain";
  throw new MaskloomError("CONFLICT", `task ${taskUUID}: ${decision}: expected ${expected}, it is ${status}`);
}

function errorOf({ error, status }: TaskState, decision: ParkedDecision) {
  const code = status === "held" ? "BUDGET_EXCEEDED" : "CALL_UNCERTAIN";
  const why =
    decision === "markBilled" ? "it was billed, and is not sent again by itself" : "it was given up";
  return { code, message: `${error?.message ?? "it waited"}; ${why}` };
}
