import { type Kysely, type Selectable, sql } from "kysely";
import type { ArtifactUUID, OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import type { Crop, TaskCrops } from "../contracts/task-records.ts";
import type { RegionQuality } from "../contracts/tasks.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/** A crop as its worker knows it. */
export type NewCrop = Omit<Crop, "quality"> & { readonly taskUUID: TaskUUID };

/**
 * Keeps a crop that was sent, or what came back of it in its place. Losing it costs nobody anything, and a task that was removed
 * meanwhile has none.
 */
export async function addCrop(db: Kysely<Schema>, crop: NewCrop): Promise<void> {
  const { taskUUID, box, callUUID, sentAt, error, ...same } = crop;
  const given = { ...same, box: [...box] };
  await sql`
    insert into task_crops (task_uuid, attempt, candidate, region, tries, box, turned, width, height, sent, mask, received,
      provider, model, call_uuid, seed, cost, sent_at, ms, error)
    select t.uuid, g.attempt, g.candidate, g.region, g.tries, ${given.box}::int[], g.turned, g.width, g.height, g.sent, g.mask,
      g.received, g.provider, g.model, ${callUUID}::uuid, g.seed, g.cost, ${sentAt}::timestamptz, g.ms,
      nullif(${toJson(error)}::jsonb, 'null'::jsonb)
    from tasks t, jsonb_to_record(${toJson(given)}::jsonb) as g(attempt int, candidate int, region int, tries int,
      turned float8, width int, height int, sent uuid, mask uuid, received uuid, provider text, model text, seed numeric,
      cost numeric, ms float8)
    where t.uuid = ${taskUUID}
    on conflict (task_uuid, attempt, candidate, region, tries) do update set received = excluded.received,
      call_uuid = excluded.call_uuid, seed = excluded.seed, cost = excluded.cost, ms = excluded.ms, error = excluded.error
    where task_crops.ms is null`.execute(db);
}

interface TaskRow {
  readonly made_by: TaskUUID | null;
  readonly output: { readonly quality?: { readonly regions?: readonly RegionQuality[] } } | null;
}

type CropRow = Selectable<Schema["task_crops"]>;

/**
 * The crops of a task, in the order of attempts, candidates, regions and tries; of one that took over a result, those of
 * the task that had made it: the same picture, which has a name of its own there. Null where the task does not exist or is another owner's.
 */
export async function readCrops(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  taskUUID: TaskUUID,
): Promise<TaskCrops | null> {
  const { rows } = await sql<TaskRow>`
    select t.output, coalesce(own.task_uuid, maker.task_uuid) as made_by from tasks t
      left join lateral (select c.task_uuid from task_crops c where c.task_uuid = t.uuid limit 1) own on true
      left join lateral (
        select k.task_uuid from artifacts a join artifacts same on same.digest = a.digest and same.owner_uuid = a.owner_uuid
          join task_crops k on k.task_uuid = same.task_uuid
        where t.status = 'cached' and a.uuid = (t.output->>'image')::uuid and a.owner_uuid = t.owner_uuid
        order by k.sent_at desc limit 1
      ) maker on true
    where t.uuid = ${taskUUID} and t.owner_uuid = ${owner}`.execute(db);
  const [task] = rows;
  if (task === undefined) return null;
  const maker = task.made_by ?? taskUUID;
  const crops = await selectCrops(db, maker);
  const regions = task.output?.quality?.regions ?? [];
  return { taskUUID: maker, crops: withQuality(crops.map(toCrop), regions) };
}

async function selectCrops(db: Kysely<Schema>, task: TaskUUID): Promise<readonly CropRow[]> {
  const kept = (column: "sent" | "mask" | "received") => {
    const name = sql.ref(`c.${column}`);
    return sql<ArtifactUUID | null>`(select a.uuid from artifacts a where a.uuid = ${name} and a.deleted_at is null)`.as(
      column,
    );
  };
  return (
    db
      .selectFrom("task_crops as c")
      .select(["c.task_uuid", "attempt", "candidate", "region", "tries", "box", "turned", "width", "height"])
      /* Of several instances under one name, the one that was called. */
      .select(
        sql<
          string | null
        >`coalesce((select k.provider from calls k where k.uuid = c.call_uuid), c.provider)`.as("provider"),
      )
      .select(["model", "call_uuid", "seed", "cost", "sent_at", "ms", "error"])
      .select([kept("sent"), kept("mask"), kept("received")])
      .where("c.task_uuid", "=", task)
      .orderBy("attempt")
      .orderBy("candidate")
      .orderBy("region")
      .orderBy("tries")
      .execute()
  );
}

function toCrop(row: CropRow): Crop {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = row.box;
  const { attempt, candidate, region, tries, turned, width, height, sent, mask, received, ms, error } = row;
  return {
    ...{ attempt, candidate, region, tries, turned, width, height, sent, mask, received, ms, error },
    box: [x0, y0, x1, y1],
    provider: row.provider,
    model: row.model,
    callUUID: row.call_uuid,
    seed: row.seed === null ? null : Number(row.seed),
    cost: row.cost === null ? null : Number(row.cost),
    sentAt: row.sent_at.toISOString(),
    quality: null,
  };
}

/** A result's numbers are those of its last attempt's first candidate, and of a region's last try. */
export function withQuality(crops: readonly Crop[], regions: readonly RegionQuality[]): Crop[] {
  const last = Math.max(...crops.map(({ attempt }) => attempt));
  return crops.map((crop) => {
    const isResult = crop.attempt === last && crop.candidate === 0 && crop.error === null && crop.ms !== null;
    const isLastTry = crops.every(
      (other) =>
        other.attempt !== crop.attempt ||
        other.candidate !== crop.candidate ||
        other.region !== crop.region ||
        other.tries <= crop.tries,
    );
    return { ...crop, quality: isResult && isLastTry ? (regions[crop.region] ?? null) : null };
  });
}
