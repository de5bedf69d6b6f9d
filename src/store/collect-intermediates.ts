import { type Kysely, sql } from "kysely";
import { type Collected, collect, isNeeded } from "./collect.ts";
import type { Schema } from "./schema.ts";

/**
 * Made on the way and no result of its run: masks, crops, pictures between two steps. A run that is done again from there
 * makes them anew. A picture whose task is no longer known counts as one.
 */
const isIntermediate = sql<boolean>`(a.task_uuid is not null and a.kind <> 'input' and not exists (
  select from tasks t join runs r on r.uuid = t.run_uuid
  where t.uuid = a.task_uuid and (r.output = a.uuid or strpos(r.outputs::text, a.uuid::text) > 0)))`;

/** Bytes of all pictures that are stored. */
export async function storedBytes(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`select coalesce(sum(bytes), 0) as bytes from blobs`.execute(
    db,
  );
  return Number(rows[0]?.bytes ?? 0);
}

/**
 * Removes intermediates that no run under way needs, the longest unused first.
 * @param excess stops when names of so many bytes are gone; bytes that another name leads to stay, so call it again
 */
export function collectIntermediates(
  db: Kysely<Schema>,
  { excess, most }: { readonly excess: number; readonly most: number },
): Promise<Collected> {
  return collect(
    db,
    sql`select uuid from (
      select o.uuid, o.bytes, sum(o.bytes) over (order by o.last_used_at, o.uuid) as upto from (
        select a.uuid, a.last_used_at, b.bytes from artifacts a join blobs b on b.digest = a.digest
        where ${isIntermediate} and not ${isNeeded} order by a.last_used_at limit ${most}) o) c
      where upto - bytes < ${excess}`,
    isIntermediate,
  );
}
