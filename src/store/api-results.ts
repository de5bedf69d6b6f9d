import { type Kysely, sql } from "kysely";
import type { ArtifactUUID, OwnerUUID } from "../contracts/ids.ts";
import type { ErrorRecord } from "../errors.ts";
import { type ApiTaskKey, type ApiTaskRow, apiTaskRow } from "./api-tasks.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/* What is done with results of the API besides answering them. Exactly one process does it at a time: the holder, for as
   long as it says that it lives. */

const TAKEN_AT_ONCE = 100;

/** Goes on holding these, where this process still does. */
export async function renewFollowUps(
  db: Kysely<Schema>,
  holder: string,
  keys: readonly ApiTaskKey[],
  heldMs: number,
): Promise<void> {
  if (keys.length === 0) return;
  const owners = keys.map((key) => key.owner);
  const tasks = keys.map((key) => key.taskUUID);
  await sql`update api_tasks a set held_until = now() + ${heldMs} * interval '1 millisecond'
    from unnest(${owners}::uuid[], ${tasks}::uuid[]) as k(owner_uuid, task_uuid)
    where a.owner_uuid = k.owner_uuid and a.task_uuid = k.task_uuid and a.follow_up
      and a.holder = ${holder}::uuid`.execute(db);
}

/** Takes over from processes that have gone. */
export async function takeFollowUps(
  db: Kysely<Schema>,
  holder: string,
  heldMs: number,
): Promise<ApiTaskRow[]> {
  const { rows } = await sql<Parameters<typeof apiTaskRow>[0]>`
    with left_behind as (
      select owner_uuid, task_uuid from api_tasks where follow_up and held_until < now()
      order by held_until limit ${TAKEN_AT_ONCE} for update skip locked
    )
    update api_tasks a set holder = ${holder}::uuid, held_until = now() + ${heldMs} * interval '1 millisecond'
    from left_behind l where a.owner_uuid = l.owner_uuid and a.task_uuid = l.task_uuid
    returning a.owner_uuid, a.task_uuid, a.task_type, a.digest, a.request, a.delivery, a.run_uuid`.execute(
    db,
  );
  return rows.map(apiTaskRow);
}

/** Lets others go on at once with what this process holds: it closes. */
export async function releaseFollowUps(db: Kysely<Schema>, holder: string): Promise<void> {
  await sql`update api_tasks set held_until = now() where follow_up and holder = ${holder}::uuid`.execute(db);
}

/**
 * Everything is done with the results that a task had when its run ended at `endedAt`. Where the run was begun again
 * meanwhile there is more to do.
 */
export async function endFollowUp(db: Kysely<Schema>, key: ApiTaskKey, endedAt: Date): Promise<void> {
  await sql`update api_tasks a set follow_up = false, holder = null, held_until = null
    from runs r where a.owner_uuid = ${key.owner} and a.task_uuid = ${key.taskUUID} and r.uuid = a.run_uuid
      and date_trunc('milliseconds', r.ended_at) = ${endedAt}::timestamptz`.execute(db);
}

export interface ResultState {
  readonly step: string;
  readonly upload: { readonly error?: ErrorRecord } | null;
  readonly webhookAttempts: number;
  /** When it is told next; null where it has not been tried, and after its end. */
  readonly webhookAt: Date | null;
  readonly webhookEnd: "told" | "givenUp" | null;
}

export async function readResultStates(db: Kysely<Schema>, key: ApiTaskKey): Promise<ResultState[]> {
  const rows = await db
    .selectFrom("api_results")
    .select(["step", "upload", "webhook_attempts", "webhook_at", "webhook_end"])
    .where("owner_uuid", "=", key.owner)
    .where("task_uuid", "=", key.taskUUID)
    .execute();
  return rows.map((row) => ({
    step: row.step,
    upload: row.upload as ResultState["upload"],
    webhookAttempts: row.webhook_attempts,
    webhookAt: row.webhook_at,
    webhookEnd: row.webhook_end,
  }));
}

export async function saveUpload(
  db: Kysely<Schema>,
  key: ApiTaskKey,
  step: string,
  upload: NonNullable<ResultState["upload"]>,
): Promise<void> {
  const values = { upload: toJson(upload) };
  await upsert(db, key, step, values);
}

export async function saveWebhook(
  db: Kysely<Schema>,
  key: ApiTaskKey,
  step: string,
  webhook: Pick<ResultState, "webhookAttempts" | "webhookAt" | "webhookEnd">,
): Promise<void> {
  await upsert(db, key, step, {
    webhook_attempts: webhook.webhookAttempts,
    webhook_at: webhook.webhookAt,
    webhook_end: webhook.webhookEnd,
  });
}

async function upsert(
  db: Kysely<Schema>,
  { owner, taskUUID }: ApiTaskKey,
  step: string,
  values:
    | { readonly upload: string }
    | {
        readonly webhook_attempts: number;
        readonly webhook_at: Date | null;
        readonly webhook_end: ResultState["webhookEnd"];
      },
): Promise<void> {
  await db
    .insertInto("api_results")
    .values({ owner_uuid: owner, task_uuid: taskUUID, step, ...values })
    .onConflict((conflict) => conflict.columns(["owner_uuid", "task_uuid", "step"]).doUpdateSet(values))
    .execute();
}

/** Gives an artifact's bytes a further name; a name that is there already stays what it is. */
export async function addArtifactName(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  artifact: ArtifactUUID,
  name: ArtifactUUID,
): Promise<void> {
  await sql`insert into artifacts (uuid, digest, owner_uuid, kind, task_uuid)
    select ${name}::uuid, digest, owner_uuid, kind, task_uuid from artifacts
    where uuid = ${artifact} and owner_uuid = ${owner} and deleted_at is null
    on conflict (uuid) do nothing`.execute(db);
}
