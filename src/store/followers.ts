import { type Kysely, sql } from "kysely";
import type { BatchUUID, RunUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";
import { advanceRuns, type DecideFor } from "./settle-tasks.ts";

/** A run under way, and the seeds of its steps. */
export interface LeadingRun {
  readonly runUUID: RunUUID;
  readonly identity: string;
  readonly seeds: ReadonlyMap<string, number>;
}

/** Runs of the batch under way with one of these identities, by identity. */
export async function findLeadingRuns(
  db: Kysely<Schema>,
  batch: BatchUUID,
  identities: readonly string[],
): Promise<ReadonlyMap<string, LeadingRun>> {
  const { rows } = await sql<{ uuid: RunUUID; identity: string; seeds: Record<string, number> | null }>`
    select r.uuid, r.identity, (select jsonb_object_agg(t.step, t.seed) from tasks t
      where t.run_uuid = r.uuid and t.element is null and t.seed is not null) as seeds
    from runs r where r.identity = any(${identities}::text[]) and r.batch_uuid = ${batch}
      and r.status in ('queued', 'running') and r.follows is null`.execute(db);
  return new Map(
    rows.map(({ uuid, identity, seeds }) => {
      const leading = { runUUID: uuid, identity, seeds: new Map(Object.entries(seeds ?? {})) };
      return [identity, leading];
    }),
  );
}

export interface Following {
  readonly run: RunUUID;
  readonly leader: RunUUID;
}

/** In the transaction that starts them, with all their tasks waiting. */
export async function noteFollowing(db: Kysely<Schema>, following: readonly Following[]): Promise<void> {
  const runs = following.map(({ run }) => run);
  const leaders = following.map(({ leader }) => leader);
  await sql`
    update runs r set follows = w.leader from unnest(${runs}::uuid[], ${leaders}::uuid[]) as w(run, leader)
    where r.uuid = w.run and r.status = 'queued'`.execute(db);
}

const LIMIT = 200;

/**
 * Runs whose leader has ended, however it did, go on by themselves: what it made they find in the cache, and the rest they do.
 * @returns how many
 */
export async function releaseFollowers(db: Kysely<Schema>, decideFor: DecideFor): Promise<number> {
  const { rows } = await sql<{ uuid: RunUUID }>`
    select f.uuid from runs f join runs l on l.uuid = f.follows
    where f.follows is not null and l.status not in ('queued', 'running', 'review') limit ${LIMIT}`.execute(
    db,
  );
  if (rows.length === 0) return 0;
  const runs = rows.map(({ uuid }) => uuid);
  await db.transaction().execute(async (transaction) => {
    const { rows: locked } = await sql<{ uuid: RunUUID; status: string }>`
      select uuid, status from runs where uuid = any(${runs}::uuid[]) order by uuid for update`.execute(
      transaction,
    );
    await sql`update runs set follows = null where uuid = any(${runs}::uuid[])`.execute(transaction);
    const waiting = locked.filter(({ status }) => status === "queued").map(({ uuid }) => uuid);
    if (waiting.length > 0) await advanceRuns(transaction, waiting, decideFor);
  });
  return runs.length;
}
