import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** What the locks of a provider's slots are made of; the second number of each is the slot's. */
export const slotsName = (schema: string, provider: string) => `${schema}:calls:${provider}`;

/** Of all workers of the installation together, by provider: the locks that stand for slots, as the database has them. */
export async function slotsInUse(
  { db, schema }: { readonly db: Kysely<Schema>; readonly schema: string },
  providers: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const names = providers.map((provider) => slotsName(schema, provider));
  /* Of a lock of two numbers, pg_locks has the first as an oid, which knows no sign. */
  const { rows } = await sql<{ provider: string; used: string }>`
    select provider, (
      select count(*) from pg_locks l
      where l.locktype = 'advisory' and l.granted and l.objsubid = 2
        and l.database = (select oid from pg_database where datname = current_database())
        and l.classid::bigint = hashtext(name)::bigint & 4294967295
    ) as used
    from unnest(${providers}::text[], ${names}::text[]) as slots(provider, name)`.execute(db);
  return new Map(rows.map(({ provider, used }) => [provider, Number(used)]));
}
