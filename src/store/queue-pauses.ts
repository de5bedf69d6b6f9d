import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Nothing is handed out of a paused queue, whoever's it is, until it is resumed; what a worker has begun it finishes.
 * A pause also takes back what waits in the queue: a delivery whose task is not handed over finds nothing to do.
 * @returns false where it was so already
 */
export async function pauseQueue(db: Kysely<Schema>, queue: string): Promise<boolean> {
  const { rows } = await sql`
    with paused as (
      insert into paused_queues (queue) values (${queue}) on conflict do nothing returning queue
    ),
    taken_back as (
      update tasks set delivered_at = null
      where queue = ${queue} and status = 'queued' and delivered_at is not null and exists (select from paused)
    )
    select queue from paused`.execute(db);
  return rows.length > 0;
}

export async function resumeQueue(db: Kysely<Schema>, queue: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom("paused_queues")
    .where("queue", "=", queue)
    .returning("queue")
    .execute();
  return deleted.length > 0;
}
