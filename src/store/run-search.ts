import { type RawBuilder, sql } from "kysely";

/* Conditions on runs `r` by what they are searched by. */

type Condition = RawBuilder<unknown>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Runs that have all of these, each with its kind in front: `model:`, `provider:`, `tag:`, `error:`, `artifact:`. */
export const hasFacets = (facets: readonly string[] | RawBuilder<unknown>): Condition =>
  byAge(sql`r.facets @> ${facets}::text[]`);

/** A UUID of whatever kind, or words that each occur somewhere. */
export function hasText(text: string): Condition {
  const trimmed = text.trim();
  if (UUID.test(trimmed)) return ofUUID(trimmed.toLowerCase());
  const words = trimmed.toLowerCase().split(/\s+/);
  return byAge(
    sql.join(
      words.map((word) => sql`r.search like ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`),
      sql` and `,
    ),
  );
}

/** The run itself, that of a task, those of a batch, and those that have the artifact or were told of it by one of their tasks. */
const ofUUID = (uuid: string): Condition => sql`r.uuid in (
  select ${uuid}::uuid
  union all select run_uuid from tasks where uuid = ${uuid}
  union all select uuid from runs where batch_uuid = ${uuid}
  union all select r.uuid from runs r where ${hasFacets([`artifact:${uuid}`])}
  union all select t.run_uuid from artifacts a join tasks t on t.uuid = a.task_uuid where a.uuid = ${uuid})`;

/** The same of runs that have ended and of those under way: each kind has an index of its own, the large one of those that no longer change. */
const byAge = (condition: Condition): Condition =>
  sql`((r.ended_at is not null and ${condition}) or (r.status in ('queued', 'running', 'review') and ${condition}))`;
