import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Removes the oldest of those events that are older than `keepMs`: a portion, so that no lock and no transaction lasts long.
 * @param most at once
 * @returns how many
 */
export async function forgetEvents(
  db: Kysely<Schema>,
  { keepMs, most }: { readonly keepMs: number; readonly most: number },
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    with old as materialized (
      select xid, id from events where at < now() - ${keepMs} * interval '1 millisecond' order by at limit ${most}
    ),
    gone as (
      delete from events e using old o where e.xid = o.xid and e.id = o.id returning 1
    )
    select count(*) as count from gone`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
