import { type Kysely, sql } from "kysely";
import { ArtifactUUID, type BatchUUID, type OwnerUUID, type RunUUID } from "../contracts/ids.ts";
import { appendEvents } from "./events.ts";
import type { Schema } from "./schema.ts";

/** What a `run` command finds of earlier ones into the same folder. */
export interface EarlierRun {
  readonly runUUID: RunUUID;
  readonly file: string;
  readonly identity: string | null;
}

export interface FinishedRun {
  readonly runUUID: RunUUID;
  /** Of its outputs. */
  readonly pictures: readonly ArtifactUUID[];
}

/**
 * Ended runs that need not run again: same identity, in a batch whose resume key begins with `scope`; null = in any. For
 * each file its own newest one; where it has none, that of another file: the same bytes and values make the same result.
 * @param which of one batch only; of the same file only
 */
export async function findFinishedRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  scope: string | null,
  wanted: readonly { readonly file: string; readonly identity: string }[],
  which: { readonly batch?: BatchUUID; readonly sameFile?: boolean } = {},
): Promise<ReadonlyMap<string, FinishedRun>> {
  if (wanted.length === 0) return new Map();
  let query = db
    .selectFrom("runs as r")
    .innerJoin("batches as b", "b.uuid", "r.batch_uuid")
    .select(["r.uuid", "r.file", "r.identity", "r.output", "r.outputs"])
    .where("r.identity", "in", [...new Set(wanted.map((run) => run.identity))])
    .where("r.owner_uuid", "=", owner)
    .where("r.status", "in", ["succeeded", "skipped"])
    .where("r.reuses", "is", null)
    .orderBy("r.created_at");
  if (scope !== null) query = query.where(sql<boolean>`starts_with(b.resume_key, ${scope})`);
  if (which.batch !== undefined) query = query.where("r.batch_uuid", "=", which.batch);
  const rows = await query.execute();
  const found = wanted.flatMap(({ file, identity }) => {
    const same = rows.filter((row) => row.identity === identity);
    const own = same.findLast((one) => one.file === file);
    const row = own ?? (which.sameFile === true ? undefined : same.at(-1));
    return row === undefined
      ? []
      : [[file, { runUUID: row.uuid, pictures: picturesIn([row.output, row.outputs]) }] as const];
  });
  return new Map(found);
}

/** Every UUID in the value: lists and detections hold pictures, too. */
function picturesIn(value: unknown): ArtifactUUID[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(picturesIn);
  const uuid = ArtifactUUID.safeParse(value).data;
  return uuid === undefined ? [] : [uuid];
}

/** The runs of a batch that somebody has yet to end. */
export async function findUnfinishedRuns(db: Kysely<Schema>, batch: BatchUUID): Promise<EarlierRun[]> {
  const rows = await db
    .selectFrom("runs")
    .select(["uuid", "file", "identity"])
    .where("batch_uuid", "=", batch)
    .where("status", "in", ["queued", "running", "review"])
    .orderBy("created_at")
    .execute();
  return rows.map((row) => ({ runUUID: row.uuid, file: row.file, identity: row.identity }));
}

/** Unfinished batches of other work whose resume key begins with `scope`: nobody will ask for their results any more. */
export async function findSupersededBatches(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  scope: string,
  keep: BatchUUID | null,
): Promise<BatchUUID[]> {
  let query = db
    .selectFrom("batches")
    .select("uuid")
    .where("owner_uuid", "=", owner)
    .where("status", "in", ["running", "paused"])
    .where(sql<boolean>`starts_with(resume_key, ${scope})`);
  if (keep !== null) query = query.where("uuid", "!=", keep);
  return (await query.execute()).map((row) => row.uuid);
}

/** Goes on with a batch: it runs again and may be added to. False where it ended in the meantime. */
export async function reopenBatch(db: Kysely<Schema>, owner: OwnerUUID, batch: BatchUUID): Promise<boolean> {
  const reopened = await db
    .updateTable("batches")
    .set({ status: "running", complete: false })
    .where("uuid", "=", batch)
    .where("status", "in", ["running", "paused"])
    .returning("uuid")
    .execute();
  if (reopened.length === 0) return false;
  await appendEvents(db, [{ type: "batch.resumed", owner, batch }]);
  return true;
}

/** How many runs of a batch have work to do, counted up to `most`; those that wait for a person hold up no others. */
export async function countUnfinishedRuns(
  db: Kysely<Schema>,
  batch: BatchUUID,
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from (select from runs where batch_uuid = ${batch} and status in ('queued', 'running')
      limit ${most}) as unfinished`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
