import type { Kysely } from "kysely";
import type { BatchView } from "../contracts/api.ts";
import type { BatchUUID, OwnerUUID } from "../contracts/ids.ts";
import { RunStatus } from "../contracts/run.ts";
import type { Schema } from "./schema.ts";
import { countRuns } from "./views.ts";

/** A batch with how many of its runs stand where; null where this owner has none of this UUID. */
export async function readBatch(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  batchUUID: BatchUUID,
): Promise<BatchView | null> {
  const row = await db
    .selectFrom("batches")
    .select(["workflow_name", "workflow_digest", "status", "created_at", "ended_at"])
    .where("uuid", "=", batchUUID)
    .where("owner_uuid", "=", owner)
    .executeTakeFirst();
  if (row === undefined) return null;
  const counts = await countRuns(db, batchUUID);
  const runs = Object.fromEntries(RunStatus.options.map((status) => [status, counts.get(status) ?? 0]));
  return {
    batchUUID,
    workflow: row.workflow_name,
    workflowDigest: row.workflow_digest,
    status: row.status,
    runs: runs as BatchView["runs"],
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
