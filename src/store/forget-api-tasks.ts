import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Forgets tasks of the API that came and ended longer ago than `keepMs`, with what was to be sent of them: `getResponse`
 * no longer knows them, and their UUIDs are free again. Their runs stay.
 * @param most at once
 * @returns how many
 */
export async function forgetApiTasks(
  db: Kysely<Schema>,
  { keepMs, most }: { readonly keepMs: number; readonly most: number },
): Promise<number> {
  const { rows } = await sql`
    with old as materialized (
      select a.owner_uuid, a.task_uuid from api_tasks a left join runs r on r.uuid = a.run_uuid
      where a.created_at < now() - ${keepMs} * interval '1 millisecond' and not a.follow_up
        and (a.run_uuid is null or r.ended_at < now() - ${keepMs} * interval '1 millisecond')
      limit ${most} for update of a skip locked
    )
    delete from api_tasks a using old o where a.owner_uuid = o.owner_uuid and a.task_uuid = o.task_uuid
    returning a.task_uuid`.execute(db);
  return rows.length;
}
