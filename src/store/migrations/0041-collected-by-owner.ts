import { type Kysely, sql } from "kysely";

/** Whoever erases an owner finds what of theirs was collected without reading everybody's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("create index collected_pictures_by_owner on collected_pictures (owner_uuid)").execute(db);
}
