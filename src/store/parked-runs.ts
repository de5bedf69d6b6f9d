import { type Kysely, type RawBuilder, sql } from "kysely";
import type { BatchUUID } from "../contracts/ids.ts";
import type { ParkedStatus } from "../contracts/run.ts";
import type { ListedStatus } from "../contracts/run-list.ts";
import type { Schema } from "./schema.ts";

/* Runs `r` that are `running` and in which nothing goes on: they wait for money, or for a look at a bill. */

type Condition = RawBuilder<boolean>;

const hasTask = (statuses: readonly string[]): Condition =>
  sql`exists (select from tasks p where p.run_uuid = r.uuid and p.status in (${sql.join(statuses)}))`;

const UNDER_WAY = ["queued", "running"];

/** What a run waits for; null where something of it is under way, or will be by itself. */
export const PARKED: RawBuilder<ParkedStatus | null> = sql`case
  when r.status <> 'running' or ${hasTask(UNDER_WAY)} then null
  when ${hasTask(["uncertain"])} then 'uncertain'
  when ${hasTask(["held"])} then 'held' end`;

const isParked: Condition = sql`(${hasTask(["held", "uncertain"])} and not ${hasTask(UNDER_WAY)})`;

const PARKED_CONDITIONS: Partial<Record<ListedStatus, Condition>> = {
  running: sql`(r.status = 'running' and not ${isParked})`,
  held: sql`(r.status = 'running' and ${hasTask(["held"])} and not ${hasTask(["uncertain", ...UNDER_WAY])})`,
  uncertain: sql`(r.status = 'running' and ${hasTask(["uncertain"])} and not ${hasTask(UNDER_WAY)})`,
};

/** Runs that are shown as one of these. */
export function isListedAs(statuses: readonly ListedStatus[]): RawBuilder<unknown> {
  const plain = statuses.filter((status) => PARKED_CONDITIONS[status] === undefined);
  const others = statuses.flatMap((status) => PARKED_CONDITIONS[status] ?? []);
  if (others.length === 0 && plain.length === 1) return sql`r.status = ${plain[0]}`;
  const ofPlain = plain.length === 0 ? [] : [sql`r.status = any(${plain}::text[])`];
  return sql`(${sql.join([...ofPlain, ...others], sql` or `)})`;
}

export type ParkedCounts = Readonly<Record<ParkedStatus, number>>;

/** How many of them each batch has; those that have none are not named. */
export async function countParkedRuns(
  db: Kysely<Schema>,
  batches: readonly BatchUUID[],
): Promise<ReadonlyMap<BatchUUID, ParkedCounts>> {
  const { rows } = await sql<{ batch_uuid: BatchUUID; held: string; uncertain: string }>`
    select r.batch_uuid, count(*) filter (where ${isListedAs(["held"])}) as held,
      count(*) filter (where ${isListedAs(["uncertain"])}) as uncertain
    from runs r where r.batch_uuid = any(${batches}::uuid[]) and ${isListedAs(["held", "uncertain"])}
    group by r.batch_uuid`.execute(db);
  return new Map(
    rows.map((row) => [row.batch_uuid, { held: Number(row.held), uncertain: Number(row.uncertain) }]),
  );
}
