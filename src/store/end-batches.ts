import { type Kysely, sql } from "kysely";
import type { BatchUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/**
 * Ends those of the batches whose runs are all done, and says how many. Runs in a transaction of its own after the runs' ends are visible:
 * inside it, two workers that end the last two runs at once would each still see the other's unfinished. The batches are
 * locked in a statement before the one that looks at their runs again: a run may be begun anew meanwhile.
 */
export async function endBatches(db: Kysely<Schema>, batches: readonly BatchUUID[] | "all"): Promise<number> {
  const which = batches === "all" ? sql`true` : sql`b.uuid = any(${batches}::uuid[])`;
  const isOver = sql`b.status in ('running', 'paused') and b.complete and not exists (
    select from runs r where r.batch_uuid = b.uuid and r.status in ('queued', 'running', 'review'))`;
  return db.transaction().execute(async (transaction) => {
    const over = await sql<{ uuid: BatchUUID }>`
      select b.uuid from batches b where ${which} and ${isOver} order by b.uuid for update`.execute(
      transaction,
    );
    if (over.rows.length === 0) return 0;
    const { rows } = await sql`
      with ended as (
        update batches b set status = 'ended', ended_at = now()
        where b.uuid = any(${over.rows.map((row) => row.uuid)}::uuid[]) and ${isOver}
        returning b.uuid, b.owner_uuid
      )
      insert into events (type, owner_uuid, batch_uuid) select 'batch.ended', owner_uuid, uuid from ended
      returning batch_uuid`.execute(transaction);
    return rows.length;
  });
}
