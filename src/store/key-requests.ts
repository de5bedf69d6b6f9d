import { type Kysely, sql } from "kysely";
import type { KeyId } from "../contracts/caller.ts";
import { RELAXED } from "./relaxed.ts";
import type { Schema } from "./schema.ts";

export type RequestCount =
  | { readonly outcome: "admitted" }
  | { readonly outcome: "revoked" }
  | { readonly outcome: "tooMany"; readonly retryAfterMs: number };

/** Intervals are kept in microseconds: a minute's requests, each rounded up, must still fit into it. */
const TOLERANCE = sql`interval '1 millisecond'`;

/**
 * Takes requests out of what a limited key has: as many as its limit at once, coming back evenly over a minute (the
 * generic cell rate algorithm: ITU-T I.371, annex A). The row's lock makes the count exact for all servers together.
 */
export async function countRequests(db: Kysely<Schema>, id: KeyId, requests: number): Promise<RequestCount> {
  const cost = sql`make_interval(secs => ${requests}::float8 * 60 / requests_per_minute)`;
  const next = sql`greatest(replenished_at, clock_timestamp()) + ${cost}`;
  const { rows } = await sql<{ admitted: boolean; revoked: boolean; wait: number }>`
    with relaxed as materialized (${RELAXED}),
    found as materialized (
      select id, revoked_at is not null as revoked, coalesce(
        extract(epoch from ${next} - clock_timestamp() - interval '1 minute' - ${TOLERANCE})::float8, 0) as wait,
        ${next} as next
      from keys, relaxed where id = ${id} for update of keys
    ),
    counted as (
      update keys k set replenished_at = coalesce(f.next, k.replenished_at), last_used_at = now()
      from found f where k.id = f.id and not f.revoked and f.wait <= 0
    )
    select not revoked and wait <= 0 as admitted, revoked, wait from found`.execute(db);
  const [row] = rows;
  if (row === undefined || row.revoked) return { outcome: "revoked" };
  return row.admitted
    ? { outcome: "admitted" }
    : { outcome: "tooMany", retryAfterMs: Math.ceil(row.wait * 1000) };
}
