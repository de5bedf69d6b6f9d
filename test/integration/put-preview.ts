import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { RunDetail } from "../../src/contracts/run.ts";
import { keepPreview } from "../../src/store/previews.ts";
import type { Schema } from "../../src/store/schema.ts";

/** A call of a run's first task that is under way, and what it looks like. @returns its UUID */
export async function putPreview(db: Kysely<Schema>, run: RunDetail, picture: Uint8Array): Promise<string> {
  const callUUID = randomUUID();
  await sql`insert into calls (uuid, task_uuid, attempt, region, provider, state, owner_uuid, batch_uuid, run_uuid, model, key)
    select ${callUUID}, uuid, 1, 0, 'studio', 'sent', owner_uuid, batch_uuid, run_uuid, 'some-model', 'a key'
    from tasks where uuid = ${run.tasks[0]?.taskUUID}`.execute(db);
  if (!(await keepPreview(db, callUUID, picture))) throw new Error("the preview was not kept");
  return callUUID;
}
