import { type Kysely, sql, type Transaction } from "kysely";
import type { ArtifactUUID, BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { ErrorRecord } from "../errors.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/* Batches that the server feeds by itself: what is still to come of them is written here, and so survives a restart. */

/** A picture to come; its run's UUID is chosen with it, so that it is never begun twice. */
export interface FeedItem {
  /** Name of the run, unique in its batch. */
  readonly file: string;
  readonly runUUID: RunUUID;
  readonly source: FeedSource;
  /** Values of the workflow's inputs that are this picture's alone. */
  readonly inputs?: JsonObject;
}

type FeedSource =
  /** Absolute, below the feed's folder. */
  | { readonly path: string }
  | { readonly url: string }
  | { readonly artifact: ArtifactUUID }
  /** Uploaded, but it could not be taken in. */
  | { readonly error: ErrorRecord };

export interface NewFeed {
  /** Absolute; null where all items are given. */
  readonly folder: string | null;
  readonly recursive: boolean;
  /** What earlier batches did is done again. */
  readonly again: boolean;
}

/** @param listed what of the folder was no picture, where it was walked already; null where the feed is to do so */
export async function createFeed(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  feed: NewFeed,
  listed: { readonly ignored: number } | null,
): Promise<void> {
  const { ignored = 0 } = listed ?? {};
  await db
    .insertInto("batch_feeds")
    .values({ batch_uuid: batchUUID, ...feed, walked: listed !== null, ignored })
    .execute();
}

/** Those that have a name which the batch does not have yet. */
export async function addFeedItems(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  items: readonly FeedItem[],
): Promise<void> {
  const rows = items.map(({ file, runUUID, source, inputs }) => ({
    file,
    run_uuid: runUUID,
    path: "path" in source ? source.path : null,
    url: "url" in source ? source.url : null,
    artifact_uuid: "artifact" in source ? source.artifact : null,
    error: "error" in source ? source.error : null,
    inputs: inputs ?? null,
  }));
  await sql`
    insert into batch_items (batch_uuid, file, path, url, artifact_uuid, error, run_uuid, inputs)
    select ${batchUUID}, file, path, url, artifact_uuid, nullif(error, 'null'::jsonb), run_uuid, nullif(inputs, 'null'::jsonb)
    from rows from (jsonb_to_recordset(${toJson(rows)}::jsonb)
      as (file text, path text, url text, artifact_uuid uuid, error jsonb, run_uuid uuid, inputs jsonb))
      with ordinality as i(file, path, url, artifact_uuid, error, run_uuid, inputs, at)
    order by at
    on conflict (batch_uuid, file) do nothing`.execute(db);
}

export interface OpenFeed extends NewFeed {
  readonly batchUUID: BatchUUID;
  readonly owner: OwnerUUID;
  readonly walked: boolean;
}

export interface FeedHolder {
  readonly holder: string;
  readonly holdMs: number;
}

interface FeedRow {
  batch_uuid: BatchUUID;
  owner_uuid: OwnerUUID;
  folder: string | null;
  recursive: boolean;
  again: boolean;
  walked: boolean;
}

/**
 * A feed that nobody is at, taken for a while; null where there is none. Of a batch that is paused none is taken.
 * @param folders which this process may read; of feeds of folders only those of one below are taken
 */
export async function takeFeed(
  db: Kysely<Schema>,
  { holder, holdMs }: FeedHolder,
  folders: readonly string[],
): Promise<OpenFeed | null> {
  const { rows } = await sql<FeedRow>`
    with free as (
      select f.batch_uuid from batch_feeds f join batches b on b.uuid = f.batch_uuid
      where f.ended_at is null and (f.held_until is null or f.held_until < now()) and b.status <> 'paused'
        and (f.folder is null or exists (
          select from unnest(${folders}::text[]) as root where f.folder = root or starts_with(f.folder, rtrim(root, '/') || '/')))
      order by b.priority, b.created_at limit 1 for update of f skip locked
    )
    update batch_feeds f set holder = ${holder}::uuid, held_until = now() + ${holdMs} * interval '1 millisecond'
    from free, batches b where f.batch_uuid = free.batch_uuid and b.uuid = f.batch_uuid
    returning f.batch_uuid, b.owner_uuid, f.folder, f.recursive, f.again, f.walked`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  const { batch_uuid, owner_uuid, folder, recursive, again, walked } = row;
  return { batchUUID: batch_uuid, owner: owner_uuid, folder, recursive, again, walked };
}

/** Prolongs it; false where it is somebody else's by now, or over. */
export async function holdFeed(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  { holder, holdMs }: FeedHolder,
): Promise<boolean> {
  const { rows } = await sql`
    update batch_feeds set held_until = now() + ${holdMs} * interval '1 millisecond'
    where batch_uuid = ${batchUUID} and holder = ${holder}::uuid and ended_at is null returning batch_uuid`.execute(
    db,
  );
  return rows.length > 0;
}

/** Lets another process go on with it at once. */
export async function releaseFeed(db: Kysely<Schema>, batchUUID: BatchUUID, holder: string): Promise<void> {
  await sql`
    update batch_feeds set holder = null, held_until = null
    where batch_uuid = ${batchUUID} and holder = ${holder}::uuid`.execute(db);
}

/** A process that died after it began runs, and before it said so: what has begun is not begun again. */
export async function noteBegunItems(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<void> {
  await sql`
    update batch_items i set submitted = true from runs r
    where i.batch_uuid = ${batchUUID} and not i.submitted and r.uuid = i.run_uuid
      and (r.status <> 'queued' or r.inputs <> '{}'::jsonb)`.execute(db);
}

/** What is to be begun next, in the order in which it came. */
export async function nextFeedItems(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  limit: number,
): Promise<FeedItem[]> {
  const rows = await db
    .selectFrom("batch_items")
    .select(["file", "path", "url", "artifact_uuid", "error", "run_uuid", "inputs"])
    .where("batch_uuid", "=", batchUUID)
    .where("submitted", "=", false)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    file: row.file,
    runUUID: row.run_uuid,
    source: sourceOf(row),
    ...(row.inputs === null ? {} : { inputs: row.inputs }),
  }));
}

function sourceOf(row: {
  path: string | null;
  url: string | null;
  artifact_uuid: ArtifactUUID | null;
  error: ErrorRecord | null;
}): FeedSource {
  if (row.path !== null) return { path: row.path };
  if (row.url !== null) return { url: row.url };
  if (row.artifact_uuid !== null) return { artifact: row.artifact_uuid };
  return { error: row.error ?? { code: "INTERNAL", message: "the item says not where it comes from" } };
}

export async function countWaitingItems(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<number> {
  const { count } = await db
    .selectFrom("batch_items")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .where("batch_uuid", "=", batchUUID)
    .where("submitted", "=", false)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function noteSubmitted(db: Kysely<Schema>, runs: readonly RunUUID[]): Promise<void> {
  if (runs.length === 0) return;
  await db.updateTable("batch_items").set({ submitted: true }).where("run_uuid", "in", runs).execute();
}

/** The folder was walked to its end. */
export async function noteWalked(db: Kysely<Schema>, batchUUID: BatchUUID, ignored: number): Promise<void> {
  await db
    .updateTable("batch_feeds")
    .set({ walked: true, ignored })
    .where("batch_uuid", "=", batchUUID)
    .execute();
}

/** Nothing more comes: the batch can end. @param error why what was to come did not */
export async function endFeed(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
  error: ErrorRecord | null,
): Promise<void> {
  await sql`
    with ended as (
      update batch_feeds set ended_at = now(), holder = null, held_until = null, error = ${error === null ? null : toJson(error)}::jsonb
      where batch_uuid = ${batchUUID} and ended_at is null returning batch_uuid
    )
    update batches b set complete = true from ended where b.uuid = ended.batch_uuid`.execute(db);
}

/** Nothing more is to come of what was to: the batch is cancelled. */
export async function stopFeed(db: Kysely<Schema>, batchUUID: BatchUUID): Promise<void> {
  await db
    .deleteFrom("batch_items")
    .where("batch_uuid", "=", batchUUID)
    .where("submitted", "=", false)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("runs as r").select("r.uuid").whereRef("r.uuid", "=", "batch_items.run_uuid"))),
    )
    .execute();
  await db
    .updateTable("batch_feeds")
    .set({ walked: true, ended_at: sql<Date>`now()`, holder: null, held_until: null })
    .where("batch_uuid", "=", batchUUID)
    .where("ended_at", "is", null)
    .execute();
}

/**
 * Runs whose pictures could not be taken in are to be fed once more. Uploads that could not be are not: they would fail
 * in the same way.
 * @returns how many of them are fed again
 */
export async function feedAgain(
  db: Transaction<Schema>,
  batchUUID: BatchUUID,
  runs: readonly RunUUID[],
): Promise<number> {
  const { rows } = await sql`
    with again as (
      update batch_items set submitted = false
      where batch_uuid = ${batchUUID} and run_uuid = any(${runs}::uuid[]) and error is null
      returning run_uuid
    ),
    waiting as (
      update runs r set status = 'queued', error = null, ended_at = null, started_at = null
      from again where r.uuid = again.run_uuid
    ),
    opened as (
      update batch_feeds set ended_at = null, error = null where batch_uuid = ${batchUUID} and exists (select from again)
    ),
    incomplete as (
      update batches set complete = false where uuid = ${batchUUID} and exists (select from again)
    )
    select run_uuid from again`.execute(db);
  return rows.length;
}
