import { type Kysely, sql } from "kysely";
import type { LimitChanges, SpendingCaps } from "../contracts/provider.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/* What may be spent at a provider: what its configuration says, and over it what somebody has said since. */

/** The limits that hold at this moment. */
export async function limitsInForce(
  db: Kysely<Schema>,
  provider: string,
  configured: SpendingCaps,
): Promise<SpendingCaps> {
  const row = await db
    .selectFrom("provider_limits")
    .select("max_cost")
    .where("provider", "=", provider)
    .executeTakeFirst();
  const all = Object.entries({ ...configured, ...row?.max_cost });
  return Object.fromEntries(all.filter(([, limit]) => limit !== null && limit !== undefined));
}

/** What is not named is again as it is configured. Holds for the next call of every worker. */
export async function changeLimits(
  db: Kysely<Schema>,
  provider: string,
  changes: LimitChanges,
): Promise<void> {
  if (Object.keys(changes).length === 0) {
    await db.deleteFrom("provider_limits").where("provider", "=", provider).execute();
    return;
  }
  await sql`
    insert into provider_limits (provider, max_cost) values (${provider}, ${toJson(changes)}::jsonb)
    on conflict (provider) do update set max_cost = excluded.max_cost, changed_at = now()`.execute(db);
}
