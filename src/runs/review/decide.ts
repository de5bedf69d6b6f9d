import type { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { canonicalJson, type JsonObject } from "../../contracts/json.ts";
import type { DecideReview } from "../../contracts/review.ts";
import { decideReview } from "../../engine/decide-review.ts";
import type { RunState, TaskState } from "../../engine/run-state.ts";
import { MaskloomError } from "../../errors.ts";
import { retryOnDeadlock } from "../../store/deadlock.ts";
import { addDecision, findDecision, readReviewState, resumeRun } from "../../store/reviews.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { loadRunStates } from "../../store/run-states.ts";
import { advanceRuns, type DecideFor } from "../../store/settle-tasks.ts";
import { type Actor, audit, notThere } from "../actions/actor.ts";
import type { Services } from "../services.ts";
import { prepareDecision, shownIn } from "./prepare-decision.ts";

type Database = Parameters<DecideFor>[1];
export type DecideServices = Pick<Services, "store" | "artifacts" | "pictures" | "config">;

/**
 * A person's decision about what a review shows. The same one for the same round again changes nothing.
 * @throws NOT_FOUND; CONFLICT where it is no review, was decided otherwise, or its time is up; INPUT_INVALID for what it
 * does not allow; what a mask is refused with
 */
export async function decide(
  services: DecideServices,
  actor: Actor,
  taskUUID: TaskUUID,
  given: DecideReview,
  signal: AbortSignal,
): Promise<void> {
  await decideQuietly(services, actor, taskUUID, given, signal);
  tellDecided(services);
}

/** Whoever waits for what follows from decisions goes on. */
export function tellDecided({ store }: DecideServices): void {
  store.wakeUps.notify("events", "ready", "ended", "cancelled");
}

/** The same as `decide`, after which nobody is woken up yet. */
export async function decideQuietly(
  services: DecideServices,
  actor: Actor,
  taskUUID: TaskUUID,
  given: DecideReview,
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  const place = await findTaskPlace(store.db, actor.owner, taskUUID);
  if (place === null) throw notThere("task", taskUUID);
  const { runUUID, batchUUID, step } = place;
  const { workflow } = await store.batchContext(batchUUID);
  if (workflow.steps.find(({ id }) => id === step)?.task !== "review")
    throw conflict(taskUUID, `it belongs to step "${step}", which is no review`);
  const about = { taskUUID, place };
  const { decided, detail, isReady } = await prepareDecision(services, actor.owner, about, given, signal);
  const transact = () =>
    store.db.transaction().execute(async (db) => {
      const { run, task } = await lockTask(db, runUUID, taskUUID);
      const round = await roundToDecide(db, task, given, detail);
      if (round === null) return;
      if (!isReady) throw conflict(taskUUID, "what it shows has just changed");
      const { changes, redone } = decideReview(workflow, run, task, decided);
      const { decision } = decided;
      const noted = { ...detail, ...shownIn(task.input) };
      await addDecision(db, { taskUUID, round, decision, detail: noted, actor: actor.via, key: actor.key });
      await audit(db, actor, `review.${decision}`, taskUUID, { round, ...detail });
      await resumeRun(db, runUUID, taskUUID, redone);
      await advanceRuns(db, [runUUID], store.decideFor, changes);
    });
  await retryOnDeadlock(transact);
}

/** The task of a run whose row is then held until the end of the transaction. */
export async function lockTask(
  db: Database,
  runUUID: RunUUID,
  taskUUID: TaskUUID,
): Promise<{ readonly run: RunState; readonly task: TaskState }> {
  const [loaded] = await loadRunStates(db, [runUUID]);
  const task = loaded?.state.tasks.find((one) => one.taskUUID === taskUUID);
  if (loaded === undefined || task === undefined) throw notThere("task", taskUUID);
  return { run: loaded.state, task };
}

/** Which showing is decided about; null where it was decided so already. */
async function roundToDecide(
  db: Database,
  { taskUUID, status }: TaskState,
  { round: wanted, decision }: DecideReview,
  detail: JsonObject,
): Promise<number | null> {
  const { round, isOverdue } = await readReviewState(db, taskUUID);
  if (status !== "review" || (wanted ?? round) < round) {
    const known = await findDecision(db, taskUUID, wanted ?? null);
    if (known?.decision === decision && isSame(known.detail, detail)) return null;
    throw conflict(taskUUID, known === null ? `it is ${status}` : `it was decided: ${known.decision}`);
  }
  if (wanted !== undefined && wanted > round)
    throw conflict(taskUUID, `it is shown for time ${round}, not ${wanted}`);
  if (isOverdue) throw conflict(taskUUID, "its time is up");
  return round;
}

/** A seed by chance is another one each time, and a mask that is sent again another name for the same bytes. */
function isSame(known: JsonObject, detail: JsonObject): boolean {
  const alike = (name: string) => canonicalJson(detail[name] ?? null) === canonicalJson(known[name] ?? null);
  if (!["maskDigest", "image", "regions", "keepRegions"].every(alike)) return false;
  return detail["byChance"] === true || detail["seed"] === known["seed"];
}

const conflict = (taskUUID: TaskUUID, fact: string): MaskloomError =>
  new MaskloomError("CONFLICT", `review ${taskUUID}: expected one that waits for this decision; ${fact}`);
