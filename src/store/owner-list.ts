import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Labels } from "../contracts/labels.ts";
import type { ChangeOwner, OwnerLimits, OwnerView } from "../contracts/owners.ts";
import { toJson } from "./json.ts";
import { COUNTED } from "./ledger.ts";
import { NOBODY } from "./owners.ts";
import type { Schema } from "./schema.ts";

/** An owner as whoever runs the installation sees it. */
export interface StoredOwner extends OwnerView {
  readonly uuid: OwnerUUID;
}

interface Row {
  readonly uuid: OwnerUUID;
  readonly name: string;
  readonly created_at: Date;
  readonly erased_at: Date | null;
  readonly labels: Labels;
  readonly runs_per_day: number | null;
  readonly bytes_kept: string | null;
  readonly tasks_at_once: number | null;
  readonly cost_per_day: string | null;
  readonly runs: string;
  readonly runs_today: string;
  readonly bytes: string;
  readonly tasks: string;
  readonly cost_today: string;
  readonly keys: string;
}

const TODAY = sql`date_trunc('day', now(), 'UTC')`;
const RUNS_TODAY = sql`(select count(*) from runs r where r.owner_uuid = o.uuid and r.created_at >= ${TODAY})`;
const BYTES = sql`(select coalesce(sum(b.bytes), 0) from blobs b where b.digest in
  (select a.digest from artifacts a where a.owner_uuid = o.uuid))`;
const TASKS = sql`(select count(*) from tasks t where t.owner_uuid = o.uuid and t.status = 'running')`;
const COST_TODAY = sql`(select coalesce(sum(${COUNTED}), 0) from calls c
  where c.owner_uuid = o.uuid and c.created_at >= ${TODAY})`;

/** All owners, by name, with what they use; one of them where a name is given. */
export async function listOwners(db: Kysely<Schema>, name?: string): Promise<StoredOwner[]> {
  const { rows } = await sql<Row>`
    select o.uuid, o.name, o.created_at, o.erased_at, o.labels, o.runs_per_day, o.bytes_kept, o.tasks_at_once, o.cost_per_day,
      (select count(*) from runs r where r.owner_uuid = o.uuid) as runs, ${RUNS_TODAY} as runs_today,
      ${BYTES} as bytes, ${TASKS} as tasks, ${COST_TODAY} as cost_today,
      (select count(*) from keys k where k.owner_uuid = o.uuid and k.revoked_at is null) as keys
    from owners o where o.uuid <> ${NOBODY} and ${name === undefined ? sql`true` : sql`o.name = ${name}`} order by o.name`.execute(
    db,
  );
  return rows.map(viewOf);
}

export async function findOwner(db: Kysely<Schema>, name: string): Promise<StoredOwner | null> {
  return (await listOwners(db, name))[0] ?? null;
}

/** What is not given stays as it is. */
export async function changeOwner(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { runsPerDay, bytesKept, tasksAtOnce, costPerDay, labels }: ChangeOwner,
): Promise<void> {
  const set = {
    ...(runsPerDay === undefined ? {} : { runs_per_day: runsPerDay }),
    ...(bytesKept === undefined ? {} : { bytes_kept: bytesKept }),
    ...(tasksAtOnce === undefined ? {} : { tasks_at_once: tasksAtOnce }),
    ...(costPerDay === undefined ? {} : { cost_per_day: costPerDay }),
    ...(labels === undefined ? {} : { labels: toJson(labels) }),
  };
  if (Object.keys(set).length === 0) return;
  await db.updateTable("owners").set(set).where("uuid", "=", owner).execute();
}

/** The limits of an owner, and how much of those of a day and of the disk is used; only what is limited is counted. */
export async function readOwnerUse(
  db: Kysely<Schema>,
  owner: OwnerUUID,
): Promise<{ readonly limits: OwnerLimits; readonly runsToday: number; readonly bytesKept: number }> {
  const { rows } = await sql<
    Pick<Row, "runs_per_day" | "bytes_kept" | "tasks_at_once" | "cost_per_day" | "runs_today" | "bytes">
  >`/* prepare:owner-use */
    select runs_per_day, bytes_kept, tasks_at_once, cost_per_day,
      case when runs_per_day is null then 0 else ${RUNS_TODAY} end as runs_today,
      case when bytes_kept is null then 0 else ${BYTES} end as bytes
    from owners o where o.uuid = ${owner}`.execute(db);
  const [row] = rows;
  return {
    limits: limitsOf(row),
    runsToday: Number(row?.runs_today ?? 0),
    bytesKept: Number(row?.bytes ?? 0),
  };
}

type LimitColumns = Pick<Row, "runs_per_day" | "bytes_kept" | "tasks_at_once" | "cost_per_day">;

const limitsOf = (row: LimitColumns | undefined): OwnerLimits => ({
  runsPerDay: row?.runs_per_day ?? null,
  bytesKept: numberOf(row?.bytes_kept),
  tasksAtOnce: row?.tasks_at_once ?? null,
  costPerDay: numberOf(row?.cost_per_day),
});

const numberOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);

function viewOf(row: Row): StoredOwner {
  return {
    uuid: row.uuid,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    erasedAt: row.erased_at?.toISOString() ?? null,
    limits: limitsOf(row),
    labels: row.labels,
    used: {
      runs: Number(row.runs),
      runsToday: Number(row.runs_today),
      bytesKept: Number(row.bytes),
      tasks: Number(row.tasks),
      costToday: Number(row.cost_today),
      keys: Number(row.keys),
    },
  };
}
