import { type Kysely, sql } from "kysely";
import type { OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { LogLine, LogQuery } from "../contracts/task-records.ts";
import { toJson } from "./json.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";
import { waitForDisk } from "./wait-for-disk.ts";

export type NewLogLine = Omit<LogLine, "id">;

/**
 * Writes lines down, in the order given, and an event for each task that tells whoever looks at it. Tasks that were removed
 * meanwhile have none.
 */
export async function addLogLines(db: Kysely<Schema>, lines: readonly NewLogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`/* prepare:log */
    with relaxed as materialized (${RELAXED}),
    written as (
      insert into task_logs (task_uuid, attempt, at, level, message, data)
      select t.uuid, g.attempt, g.at, g.level, g.message, g.data
      from rows from (jsonb_to_recordset(${toJson(lines)}::jsonb)
          as ("taskUUID" uuid, attempt int, at timestamptz, level text, message text, data jsonb))
        with ordinality as g(task, attempt, at, level, message, data, place)
      join tasks t on t.uuid = g.task, relaxed order by g.place
      returning task_uuid
    )
    insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
    select 'task.logged', t.owner_uuid, t.batch_uuid, t.run_uuid, t.uuid, jsonb_build_object('step', t.step, 'lines', w.count)
    from (select task_uuid, count(*) from written group by task_uuid) w join tasks t on t.uuid = w.task_uuid`.execute(
    db,
  );
}

/** The lines of a task, the first ones first; null where it does not exist or is another owner's. */
export async function readTaskLog(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  task: TaskUUID,
  query: LogQuery,
): Promise<LogLine[] | null> {
  const known = await db
    .selectFrom("tasks")
    .select("uuid")
    .where("uuid", "=", task)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  return known === undefined ? null : selectLines(db, [task], query);
}

/** The lines of all tasks of a run, in the order in which they were written. */
export async function readRunLog(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  run: RunUUID,
  query: LogQuery,
): Promise<LogLine[] | null> {
  const known = await db
    .selectFrom("runs as r")
    .leftJoin("tasks as t", "t.run_uuid", "r.uuid")
    .select("t.uuid")
    .where("r.uuid", "=", run)
    .where("r.owner_uuid", "=", owner)
    .execute();
  if (known.length === 0) return null;
  const tasks = known.flatMap(({ uuid }) => (uuid === null ? [] : [uuid]));
  return selectLines(db, tasks, query);
}

async function selectLines(
  db: Kysely<Schema>,
  tasks: readonly TaskUUID[],
  { after, limit }: LogQuery,
): Promise<LogLine[]> {
  const rows = await db
    .selectFrom("task_logs")
    .select(["id", "task_uuid", "attempt", "at", "level", "message", "data"])
    .where(sql<boolean>`task_uuid = any(${tasks}::uuid[])`)
    .where(sql<boolean>`id > ${after}::bigint`)
    .orderBy("id")
    .limit(limit)
    .execute();
  /* Else a crash of the database could take them, and give their ids to others: who asks for what comes after these would miss it. */
  if (rows.length > 0) await waitForDisk(db);
  return rows.map(({ id, task_uuid, attempt, at, level, message, data }) => ({
    id: Number(id),
    taskUUID: task_uuid,
    attempt,
    at: at.toISOString(),
    level,
    message,
    data,
  }));
}

/** Forgets lines older than that. @returns how many, at most `most` */
export async function forgetLogLines(
  db: Kysely<Schema>,
  { keepMs, most }: { readonly keepMs: number; readonly most: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from task_logs where id in (
      select id from task_logs where at < now() - ${keepMs} * interval '1 millisecond' order by at limit ${most})`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}
