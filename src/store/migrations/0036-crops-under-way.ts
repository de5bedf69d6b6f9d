import { type Kysely, sql } from "kysely";

/** A crop is there from the moment at which it is sent: how long its inpainter took is known later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table task_crops alter column ms drop not null").execute(db);
}
