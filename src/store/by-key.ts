import { type RawBuilder, sql } from "kysely";

/**
 * The condition that a row found by its key has this status, written so that no index by status applies to it.
 * The statistics of a status are those of a calm moment: in a busy one the planner, who expects a row or two, would
 * walk through thousands of queued tasks (or runs) to find the hundred that were named.
 */
export function statusIs(alias: string, status: string): RawBuilder<boolean> {
  return sql<boolean>`coalesce(${sql.ref(`${alias}.status`)}, '') = ${sql.lit(status)}`;
}
