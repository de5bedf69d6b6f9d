import { type Kysely, sql } from "kysely";
import { failRuns } from "./runs.ts";
import type { Schema } from "./schema.ts";
import { type AttemptEnd, type DecideFor, settleAttempts } from "./settle-tasks.ts";

const LIMIT = 500;

/** Ends the attempts whose worker has not renewed its lease; what becomes of their tasks is the engine's decision. */
export async function sweepExpiredLeases(db: Kysely<Schema>, decideFor: DecideFor): Promise<number> {
  const expired = await db
    .selectFrom("tasks")
    .select(["uuid", "run_uuid", "attempt"])
    .where("status", "=", "running")
    .where("lease_expires_at", "<", sql<Date>`now()`)
    .orderBy("lease_expires_at")
    .limit(LIMIT)
    .execute();
  if (expired.length === 0) return 0;
  const ends = expired.map(
    (task): AttemptEnd => ({
      taskUUID: task.uuid,
      runUUID: task.run_uuid,
      attempt: task.attempt,
      lease: null,
      outcome: { kind: "lost" },
      timings: {},
    }),
  );
  return (await settleAttempts(db, ends, decideFor)).accepted.size;
}

/** Reading a picture takes seconds; whoever has not begun a run after this time is gone. */
const UNPREPARED_MS = 10 * 60_000;
/** A batch without a resume key gets its runs when it is opened; it is added to no later. */
const INCOMPLETE_MS = 60 * 60_000;

/** What a process left behind that died while it submitted: runs that nobody will begin, batches that nobody completes. */
export async function sweepAbandoned(db: Kysely<Schema>): Promise<void> {
  const unprepared = await db
    .selectFrom("runs as r")
    .select("r.uuid")
    .where(sql<boolean>`r.status = 'queued' and r.inputs = '{}'::jsonb`)
    .where("r.created_at", "<", sql<Date>`now() - ${UNPREPARED_MS} * interval '1 millisecond'`)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("tasks as t").select("t.uuid").whereRef("t.run_uuid", "=", "r.uuid"))),
    )
    /* What a batch is still to be fed with has somebody who begins it. */
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("batch_items as i")
            .select("i.file")
            .whereRef("i.run_uuid", "=", "r.uuid")
            .where("i.submitted", "=", false),
        ),
      ),
    )
    .limit(LIMIT)
    .execute();
  const message = "the process that took this picture in stopped before the run began; submit it again";
  const failed = unprepared.map(({ uuid }) => ({ runUUID: uuid, error: { code: "WORKER_LOST", message } }));
  if (failed.length > 0) await failRuns(db, failed);
  await db
    .updateTable("batches")
    .set({ complete: true })
    .where("status", "in", ["running", "paused"])
    .where("complete", "=", false)
    .where("resume_key", "is", null)
    .where("created_at", "<", sql<Date>`now() - ${INCOMPLETE_MS} * interval '1 millisecond'`)
    .execute();
}
