import { type Kysely, type RawBuilder, sql } from "kysely";
import type { z } from "zod";
import type { ComparedBatches, ComparedFile, ComparedRun, CompareQuery } from "../contracts/compare.ts";
import { ArtifactUUID, type BatchUUID, type OwnerUUID, type RunUUID } from "../contracts/ids.ts";
import type { RunStatus } from "../contracts/run.ts";
import { type ErrorRecord, MaskloomError } from "../errors.ts";
import type { Schema } from "./schema.ts";

type Query = z.output<typeof CompareQuery>;

interface Side {
  readonly uuid: RunUUID;
  readonly status: RunStatus;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly output: ArtifactUUID | null;
  readonly seam: number | null;
  readonly sharpness: number | null;
  readonly cost: number | null;
  readonly duration_ms: number | null;
  readonly error: ErrorRecord | null;
}

interface FileRow {
  readonly file: string;
  readonly one: Side | null;
  readonly other: Side | null;
  readonly same: boolean | null;
  readonly total: string;
  readonly matched: string;
  readonly all_same: string;
}

const apart = (column: string): RawBuilder<unknown> =>
  sql`abs((one->>${sql.lit(column)})::float8 - (other->>${sql.lit(column)})::float8) desc nulls last, file`;

const ORDERS: Readonly<Record<Query["sort"], RawBuilder<unknown>>> = {
  seam: apart("seam"),
  sharpness: apart("sharpness"),
  cost: apart("cost"),
  duration: apart("duration_ms"),
  file: sql`file`,
};

const runsOf = (batch: BatchUUID) => sql`
  select distinct on (r.file) r.file, a.digest, jsonb_build_object('uuid', r.uuid, 'status', r.status, 'inputs', r.inputs,
    'output', r.output, 'seam', r.seam, 'sharpness', r.sharpness, 'cost', r.cost, 'duration_ms', r.duration_ms,
    'error', r.error) as run
  from runs r left join artifacts a on a.uuid = r.output
  where r.batch_uuid = ${batch} order by r.file, r.created_at desc`;

/**
 * The files of two batches side by side, by name.
 * @throws NOT_FOUND for a batch that is not this owner's
 */
export async function compareBatches(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { left, right, sort, offset, limit }: Query,
): Promise<ComparedBatches> {
  await checkBatches(db, owner, [left, right]);
  const { rows } = await sql<FileRow>`
    with pairs as (
      select file, l.run as one, r.run as other, l.digest = r.digest as same
      from (${runsOf(left)}) l full join (${runsOf(right)}) r using (file)
    )
    select *, count(*) over () as total, count(*) filter (where one is not null and other is not null) over () as matched,
      count(*) filter (where same) over () as all_same
    from pairs order by ${ORDERS[sort]} limit ${limit} offset ${offset}`.execute(db);
  const [first] = rows;
  return {
    files: rows.map(comparedFile),
    total: Number(first?.total ?? 0),
    matched: Number(first?.matched ?? 0),
    same: Number(first?.all_same ?? 0),
  };
}

async function checkBatches(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  uuids: readonly BatchUUID[],
): Promise<void> {
  const rows = await db
    .selectFrom("batches")
    .select("uuid")
    .where("uuid", "in", uuids)
    .where("owner_uuid", "=", owner)
    .execute();
  const missing = uuids.find((uuid) => !rows.some((row) => row.uuid === uuid));
  if (missing === undefined) return;
  throw new MaskloomError("NOT_FOUND", `batch ${missing}: expected the UUID of a batch; there is none`);
}

function comparedFile({ file, one, other, same }: FileRow): ComparedFile {
  return { file, left: comparedRun(one), right: comparedRun(other), isSame: same };
}

function comparedRun(side: Side | null): ComparedRun | null {
  if (side === null) return null;
  const { uuid, status, inputs, output, seam, sharpness, cost, duration_ms, error } = side;
  return {
    runUUID: uuid,
    status,
    input: firstPicture(inputs),
    output,
    seam,
    sharpnessGain: sharpness,
    cost,
    durationMs: duration_ms,
    error,
  };
}

/** One that is called `image` goes first. */
function firstPicture(inputs: Side["inputs"]): ArtifactUUID | null {
  const uuids = [inputs["image"], ...Object.values(inputs)].flatMap((value) =>
    typeof value === "object" && value !== null && "uuid" in value
      ? (ArtifactUUID.safeParse(value.uuid).data ?? [])
      : [],
  );
  return uuids[0] ?? null;
}
