import { type Kysely, sql } from "kysely";

/**
 * What calls look like while providers are at them. Written every second and worth nothing afterwards: no crash has to keep
 * it. It goes with its task, as everything that shows a face does.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create unlogged table previews (
        call_uuid uuid primary key references calls on delete cascade,
        task_uuid uuid not null references tasks on delete cascade,
        picture bytea not null
      )`,
    )
    .execute(db);
}
