import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { hasFacets } from "./run-search.ts";
import type { Schema } from "./schema.ts";

export interface FoundUUID {
  readonly kind: "run" | "task" | "batch" | "artifact";
  readonly batchUUID: BatchUUID | null;
  readonly runUUID: RunUUID | null;
  readonly taskUUID: TaskUUID | null;
}

interface Row {
  kind: FoundUUID["kind"];
  batch_uuid: BatchUUID | null;
  run_uuid: RunUUID | null;
  task_uuid: TaskUUID | null;
}

/**
 * What of an owner's a UUID names, and what that belongs to: an artifact to the task that made it, or to the newest run
 * that was given it. Null where it names nothing.
 */
export async function findUUID(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuid: string,
): Promise<FoundUUID | null> {
  const { rows } = await sql<Row>`
    select 'run' as kind, batch_uuid, uuid as run_uuid, null::uuid as task_uuid from runs
      where uuid = ${uuid} and owner_uuid = ${owner}
    union all
    select 'task', batch_uuid, run_uuid, uuid from tasks where uuid = ${uuid} and owner_uuid = ${owner}
    union all
    select 'batch', uuid, null, null from batches where uuid = ${uuid} and owner_uuid = ${owner}
    union all
    select 'artifact', coalesce(t.batch_uuid, r.batch_uuid), coalesce(t.run_uuid, r.uuid), t.uuid
      from artifacts a left join tasks t on t.uuid = a.task_uuid and t.owner_uuid = a.owner_uuid
      left join lateral (
        select r.uuid, r.batch_uuid from runs r
        where r.owner_uuid = a.owner_uuid and ${hasFacets(sql`array['artifact:' || a.uuid::text]`)}
        order by r.created_at desc limit 1
      ) r on true
      where a.uuid = ${uuid} and a.owner_uuid = ${owner} and a.deleted_at is null
    limit 1`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return { kind: row.kind, batchUUID: row.batch_uuid, runUUID: row.run_uuid, taskUUID: row.task_uuid };
}
