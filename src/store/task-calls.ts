import type { Kysely } from "kysely";
import type { OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import type { TaskCall } from "../contracts/task-records.ts";
import { iso } from "./run-view.ts";
import type { Schema } from "./schema.ts";

/** What a task asked of providers elsewhere, the first call first; null where it does not exist or is another owner's. */
export async function readTaskCalls(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  task: TaskUUID,
): Promise<TaskCall[] | null> {
  const rows = await db
    .selectFrom("tasks as t")
    .leftJoin("calls as c", "c.task_uuid", "t.uuid")
    .select(["c.uuid", "c.provider", "c.model", "c.attempt", "c.region", "c.state", "c.reserved_cost"])
    .select(["c.real_cost", "c.provider_id", "c.request", "c.error", "c.sent_at", "c.ended_at"])
    .where("t.uuid", "=", task)
    .where("t.owner_uuid", "=", owner)
    .orderBy("c.created_at")
    .orderBy("c.region")
    .execute();
  if (rows.length === 0) return null;
  return rows.flatMap(({ uuid, provider, model, attempt, region, state, ...row }) => {
    if (uuid === null || provider === null || model === null || state === null) return [];
    return [
      {
        callUUID: uuid,
        ...{ provider, model, state },
        attempt: attempt ?? 1,
        region: region ?? 0,
        reservedCost: Number(row.reserved_cost),
        realCost: row.real_cost === null ? null : Number(row.real_cost),
        providerId: row.provider_id,
        request: row.request === null ? null : { ...row.request },
        error: row.error,
        sentAt: iso(row.sent_at),
        endedAt: iso(row.ended_at),
      },
    ];
  });
}
