import { type Kysely, sql } from "kysely";
import type { BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import type { Schema } from "./schema.ts";

/** More than these are no help to find anything. */
const MOST_TAGS = 50;

/** @returns how many of the runs have other tags now */
export async function tagRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<number> {
  const { rows } = await sql`
    with wanted as (
      select uuid, array(
        select t from unnest(tags || ${add}::text[]) with ordinality as given(t, at) where t <> all(${remove}::text[])
        group by t order by min(at) limit ${MOST_TAGS}) as tags
      from runs where uuid = any(${runs}::uuid[]) and owner_uuid = ${owner} order by uuid for update
    )
    update runs r set tags = w.tags from wanted w where r.uuid = w.uuid and r.tags <> w.tags returning r.uuid`.execute(
    db,
  );
  return rows.length;
}

/** Of which batch each of the runs is. */
export async function groupByBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
): Promise<ReadonlyMap<BatchUUID, RunUUID[]>> {
  const { rows } = await sql<{ uuid: RunUUID; batch_uuid: BatchUUID }>`
    select uuid, batch_uuid from runs where uuid = any(${runs}::uuid[]) and owner_uuid = ${owner} order by batch_uuid, uuid`.execute(
    db,
  );
  const batches = new Map<BatchUUID, RunUUID[]>();
  for (const { uuid, batch_uuid } of rows)
    batches.set(batch_uuid, [...(batches.get(batch_uuid) ?? []), uuid]);
  return batches;
}

/**
 * Forgets runs that have ended, with their tasks, attempts and events. Those whose results are still being sent, that a
 * provider was called for, or that another run waits for stay. Their pictures stay, too, until nobody has used them for
 * long: other runs may have taken them over.
 * @returns how many
 */
export async function deleteRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
): Promise<number> {
  const remove = () =>
    db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ uuid: RunUUID }>`
        select uuid from runs r where uuid = any(${runs}::uuid[]) and owner_uuid = ${owner}
          and status in ('succeeded', 'partial', 'failed', 'skipped', 'cancelled')
          and not exists (select from api_tasks a where a.run_uuid = r.uuid and a.follow_up)
          and not exists (select from calls c join tasks t on t.uuid = c.task_uuid where t.run_uuid = r.uuid)
          and not exists (select from runs f where f.follows = r.uuid and f.ended_at is null)
        order by uuid for update`.execute(transaction);
      const gone = rows.map((row) => row.uuid);
      if (gone.length === 0) return 0;
      const tasks = sql`(select uuid from tasks where run_uuid = any(${gone}::uuid[]))`;
      await sql`delete from api_results r using api_tasks a where a.run_uuid = any(${gone}::uuid[])
        and r.owner_uuid = a.owner_uuid and r.task_uuid = a.task_uuid`.execute(transaction);
      await sql`delete from api_tasks where run_uuid = any(${gone}::uuid[])`.execute(transaction);
      await sql`delete from review_decisions where task_uuid in ${tasks}`.execute(transaction);
      await sql`delete from attempts where task_uuid in ${tasks}`.execute(transaction);
      await sql`delete from tasks where run_uuid = any(${gone}::uuid[])`.execute(transaction);
      await sql`delete from events where run_uuid = any(${gone}::uuid[])`.execute(transaction);
      await sql`delete from batch_items where run_uuid = any(${gone}::uuid[]) and submitted`.execute(
        transaction,
      );
      await sql`delete from runs where uuid = any(${gone}::uuid[])`.execute(transaction);
      return gone.length;
    });
  return retryOnDeadlock(remove);
}
