import { type Kysely, sql } from "kysely";
import type { ArtifactUUID, BatchUUID, Digest, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import type { Schema } from "./schema.ts";

/** What is gone of some runs. Their pictures have no name any more that leads to them; bytes are the caller's to collect. */
export interface ErasedRuns {
  readonly runs: number;
  /** Hidden, and to be collected. */
  readonly pictures: readonly ArtifactUUID[];
  /** Of all pictures that were theirs. */
  readonly digests: readonly Digest[];
}

const NOTHING: ErasedRuns = { runs: 0, pictures: [], digests: [] };

/**
 * Takes away runs that have ended, with everything that was written about them and the pictures that only they have. Unlike
 * `deleteRuns` it leaves nothing for later: what providers were asked and answered goes, too, and of their calls only what
 * they cost stays, of the audit only what was done and when.
 */
export async function eraseRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
): Promise<ErasedRuns> {
  const erase = () =>
    db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ uuid: RunUUID; batch_uuid: BatchUUID }>`
        select uuid, batch_uuid from runs where uuid = any(${runs}::uuid[]) and owner_uuid = ${owner}
          and status in ('succeeded', 'partial', 'failed', 'skipped', 'cancelled')
        order by uuid for update`.execute(transaction);
      if (rows.length === 0) return NOTHING;
      const gone = rows.map((row) => row.uuid);
      const pictures = await eraseRowsOf(transaction, owner, gone);
      await eraseEmptyBatches(transaction, [...new Set(rows.map((row) => row.batch_uuid))]);
      return { runs: gone.length, ...pictures };
    });
  return retryOnDeadlock(erase);
}

/** Each in this order; `runs` and `tasks` are arrays of UUIDs. Crops and logs of tasks go with them by themselves. */
const OF_RUNS = [
  `delete from api_results r using api_tasks a where a.run_uuid = any($runs) and r.owner_uuid = a.owner_uuid and r.task_uuid = a.task_uuid`,
  `delete from api_tasks where run_uuid = any($runs)`,
  `delete from review_decisions where task_uuid = any($tasks)`,
  `delete from attempts where task_uuid = any($tasks)`,
  // A worker that is just giving a result of one of them its name is waited for here: the name is found below.
  `delete from tasks where uuid = any($tasks)`,
  `delete from events where run_uuid = any($runs)`,
  `delete from batch_items where run_uuid = any($runs)`,
  `delete from written_files where run_uuid = any($runs)`,
  `delete from idempotency_keys where made_uuid = any($runs)`,
  `update calls set request = null, response = null, answer = null, error = null, provider_id = null where run_uuid = any($runs)`,
  `update audit set target = 'erased', detail = '{}' where target = any($runs::text[]) or target = any($tasks::text[])`,
  // Which of them were these runs' is written nowhere: all that were used since. What is forgotten too much is uploaded again.
  `delete from provider_uploads u using runs r where r.uuid = any($runs) and u.owner_uuid = r.owner_uuid and u.used_at >= r.created_at`,
  `delete from runs where uuid = any($runs)`,
] as const;

const UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

async function eraseRowsOf(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
): Promise<Pick<ErasedRuns, "pictures" | "digests">> {
  const found = await sql<{ uuid: TaskUUID }>`
    select uuid from tasks where run_uuid = any(${runs}::uuid[]) order by uuid for update`.execute(db);
  const tasks = found.rows.map((row) => row.uuid);
  const named = await namedPictures(db, runs, tasks);
  for (const statement of OF_RUNS) await db.executeQuery(bind(statement, runs, tasks).compile(db));
  const { rows } = await sql<{ uuid: ArtifactUUID; digest: Digest; hidden: boolean }>`
    with theirs as materialized (
      select uuid, digest from artifacts where owner_uuid = ${owner} and uuid = any(${named}::uuid[])
      union
      select uuid, digest from artifacts where owner_uuid = ${owner} and task_uuid = any(${tasks}::uuid[])
    ),
    hidden as (
      update artifacts a set deleted_at = coalesce(a.deleted_at, now()) from theirs t
      where a.uuid = t.uuid and not exists (select from runs r where r.facets @> array['artifact:' || t.uuid])
      returning a.uuid
    )
    select t.uuid, t.digest, h.uuid is not null as hidden from theirs t left join hidden h on h.uuid = t.uuid`.execute(
    db,
  );
  // After the names: who was just collecting one of them was waited for there, and has said so.
  await sql`delete from collected_pictures where owner_uuid = ${owner} and uuid = any(${named}::uuid[])`.execute(
    db,
  );
  const hidden = rows.filter((row) => row.hidden).map((row) => row.uuid);
  await forgetResultsOn(db, owner, hidden);
  return { pictures: hidden, digests: [...new Set(rows.map((row) => row.digest))] };
}

/** Every UUID that the runs' rows have somewhere: what is no picture's is in no row of pictures. */
async function namedPictures(
  db: Kysely<Schema>,
  runs: readonly RunUUID[],
  tasks: readonly TaskUUID[],
): Promise<string[]> {
  const { rows } = await sql<{ uuid: string }>`
    select distinct found[1] as uuid from (
      select concat_ws(' ', inputs, output, outputs) as text from runs where uuid = any(${runs}::uuid[])
      union all
      select concat_ws(' ', input, output, override) from tasks where uuid = any(${tasks}::uuid[])
      union all
      select concat_ws(' ', sent, mask, received) from task_crops where task_uuid = any(${tasks}::uuid[])
      union all
      select answer::text from calls where run_uuid = any(${runs}::uuid[])
      union all
      select artifact_uuid::text from batch_items where run_uuid = any(${runs}::uuid[])
    ) words, regexp_matches(text, ${UUID_TEXT}, 'g') as found`.execute(db);
  return rows.map((row) => row.uuid);
}

/** The cache would still tell where faces were, and the memory of uploads which pictures there had been. */
async function forgetResultsOn(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  pictures: readonly ArtifactUUID[],
): Promise<void> {
  if (pictures.length === 0) return;
  await sql`
    delete from cached_results c where c.owner_uuid = ${owner} and exists (
      select from regexp_matches(c.output::text, ${UUID_TEXT}, 'g') as found
      where found[1] = any(${pictures}::text[]))`.execute(db);
  await sql`
    delete from api_tasks where owner_uuid = ${owner} and answer is not null
      and coalesce(answer->>'imageUUID', answer->>'mediaUUID') = any(${pictures}::text[])`.execute(db);
}

/** A batch that is still to be fed has items, and stays. What its workflow says goes with the last batch that has it. */
export async function eraseEmptyBatches(db: Kysely<Schema>, batches: readonly BatchUUID[]): Promise<void> {
  const { rows } = await sql<{ uuid: BatchUUID }>`
    select uuid from batches b where uuid = any(${batches}::uuid[])
      and not exists (select from runs r where r.batch_uuid = b.uuid)
      and not exists (select from batch_items i where i.batch_uuid = b.uuid)
      and (b.complete or b.status in ('ended', 'cancelled'))
    order by uuid for update`.execute(db);
  const empty = rows.map((row) => row.uuid);
  if (empty.length === 0) return;
  for (const statement of OF_BATCHES) await db.executeQuery(bind(statement, empty, []).compile(db));
  const digests = await sql<{ digest: string }>`
    delete from batches where uuid = any(${empty}::uuid[]) returning workflow_digest as digest`.execute(db);
  await sql`
    delete from workflows w where w.digest = any(${digests.rows.map((row) => row.digest)}::text[])
      and not exists (select from batches b where b.workflow_digest = w.digest)
      and not exists (select from workflow_versions v where v.digest = w.digest)`.execute(db);
}

const OF_BATCHES = [
  `delete from notifications where body->>'batchUUID' = any($runs::text[])`,
  `delete from batch_feeds where batch_uuid = any($runs)`,
  `delete from events where batch_uuid = any($runs)`,
  `delete from idempotency_keys where made_uuid = any($runs)`,
  `update audit set target = 'erased', detail = '{}' where target = any($runs::text[])`,
] as const;

/** `$runs` and `$tasks` as parameters, with a cast where none is written. */
function bind(statement: string, runs: readonly string[], tasks: readonly string[]) {
  const parts = statement.split(/(\$(?:runs|tasks)(?:::text\[\])?)/).map((part) => {
    const values = part.startsWith("$runs") ? runs : part.startsWith("$tasks") ? tasks : null;
    if (values === null) return sql.raw(part);
    return part.endsWith("[]") ? sql`${values}::text[]` : sql`${values}::uuid[]`;
  });
  return sql.join(parts, sql.raw(""));
}
