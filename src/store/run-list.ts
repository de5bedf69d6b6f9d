import { type Kysely, type RawBuilder, sql } from "kysely";
import type { RunCursor } from "../contracts/bulk.ts";
import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { RunView } from "../contracts/run.ts";
import type { RunFilter } from "../contracts/run-list.ts";
import { isListedAs } from "./parked-runs.ts";
import { hasFacets, hasText } from "./run-search.ts";
import { type RunRow, selectRuns, withPictures } from "./run-view.ts";
import type { Schema } from "./schema.ts";

/* Lists of runs, newest first: every condition is one of the runs' own table, and has an index there. */

type Condition = RawBuilder<unknown>;

/** How each word of a filter reads in SQL; what is not said asks for nothing. */
const CONDITIONS: {
  readonly [Name in keyof RunFilter]-?: (value: NonNullable<RunFilter[Name]>) => Condition;
} = {
  q: hasText,
  runs: (uuids) => sql`r.uuid = any(${uuids}::uuid[])`,
  batch: (uuid) => sql`r.batch_uuid = ${uuid}`,
  status: isListedAs,
  workflow: ofWorkflow,
  model: (id) => hasFacets([`model:${id}`]),
  provider: (name) => hasFacets([`provider:${name}`]),
  tag: (tags) => hasFacets(tags.map((tag) => `tag:${tag}`)),
  error: (code) => hasFacets([`error:${code}`]),
  from: (time) => sql`r.created_at >= ${time}::timestamptz`,
  to: (time) => sql`r.created_at < ${time}::timestamptz`,
  durationMin: (seconds) => sql`r.duration_ms >= ${seconds * 1000}::float8`,
  durationMax: (seconds) => sql`r.duration_ms <= ${seconds * 1000}::float8`,
  costMin: (dollars) => sql`r.cost >= ${dollars}::numeric${dollars > 0 ? sql` and r.cost > 0` : sql``}`,
  costMax: (dollars) => sql`coalesce(r.cost, 0) <= ${dollars}::numeric`,
  seamMin: (seam) => sql`r.seam >= ${seam}::float8`,
  seamMax: (seam) => sql`r.seam <= ${seam}::float8`,
  sharpnessMin: (gain) => sql`r.sharpness >= ${gain}::float8`,
  sharpnessMax: (gain) => sql`r.sharpness <= ${gain}::float8`,
};

function ofWorkflow(text: string): Condition {
  const [name, digest] = text.split("@");
  const ofName = sql`b.workflow_name = ${name}`;
  return digest === undefined ? ofName : sql`${ofName} and b.workflow_digest like ${`${digest}%`}`;
}

export interface RunListing extends RunFilter {
  /** Runs older than this one, for paging. */
  readonly before?: RunUUID | undefined;
  readonly limit: number;
}

export async function listRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  listing: RunListing,
): Promise<RunView[]> {
  return withPictures(db, (await selectPage(owner, listing).execute(db)).rows);
}

/** The statement of one page. */
export function selectPage(owner: OwnerUUID, { before, limit, ...filter }: RunListing): RawBuilder<RunRow> {
  const older =
    before === undefined
      ? sql``
      : sql`and (r.created_at, r.uuid) < (select created_at, uuid from runs where uuid = ${before} and owner_uuid = ${owner})`;
  return selectRuns(
    owner,
    sql`${conditionsOf(filter)} ${older} order by r.created_at desc, r.uuid desc limit ${limit}`,
  );
}

/** The UUIDs of those that a filter means, the newest first. @param most null = all */
export async function findRunUUIDs(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  filter: RunFilter,
  most: number | null,
): Promise<RunUUID[]> {
  const { rows } = await sql<{ uuid: RunUUID }>`
    select r.uuid ${fromRuns(owner, filter)} order by r.created_at desc, r.uuid desc limit ${most}`.execute(
    db,
  );
  return rows.map((row) => row.uuid);
}

/** A run, and where a list goes on after it even when it is gone. */
export interface RunPosition {
  readonly uuid: RunUUID;
  readonly cursor: RunCursor;
}

/** Those that a filter means, the newest first. @param before only what is older */
export async function findRunPositions(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  filter: RunFilter,
  before: RunCursor | undefined,
  most: number,
): Promise<RunPosition[]> {
  const [micros, uuid] = before?.split("_") ?? [];
  const older =
    uuid === undefined
      ? sql``
      : sql`and (r.created_at, r.uuid) < ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${uuid}::uuid)`;
  const { rows } = await sql<RunPosition>`
    select r.uuid, (extract(epoch from r.created_at) * 1000000)::bigint || '_' || r.uuid as cursor
    ${fromRuns(owner, filter)} ${older} order by r.created_at desc, r.uuid desc limit ${most}`.execute(db);
  return rows;
}

const COUNTED = 10_000;

/** Counted where there are few; otherwise what the planner expects, and that is never said to be less than what was counted. */
export async function countRunList(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  filter: RunFilter,
): Promise<{ readonly count: number; readonly isExact: boolean }> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from (select ${fromRuns(owner, filter)} limit ${COUNTED + 1}) as counted`.execute(
    db,
  );
  const count = Number(rows[0]?.count ?? 0);
  if (count <= COUNTED) return { count, isExact: true };
  const plan = await sql<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>`
    explain (format json) select ${fromRuns(owner, filter)}`.execute(db);
  const expected = plan.rows[0]?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? count;
  return { count: Math.max(count, Math.round(expected)), isExact: false };
}

const fromRuns = (owner: OwnerUUID, filter: RunFilter) => sql`
  from runs r ${filter.workflow === undefined ? sql`` : sql`join batches b on b.uuid = r.batch_uuid`}
  where r.owner_uuid = ${owner} and ${conditionsOf(filter)}`;

function conditionsOf(filter: RunFilter): Condition {
  const names = Object.keys(CONDITIONS) as (keyof RunFilter)[];
  const conditions = names.flatMap((name) => conditionOf(name, filter[name]));
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function conditionOf<Name extends keyof RunFilter>(name: Name, value: RunFilter[Name]): Condition[] {
  /* Of the same name, so of the same type; the table's own type cannot say that. */
  const conditionFor = CONDITIONS[name] as (value: RunFilter[Name]) => Condition;
  return value === undefined ? [] : [conditionFor(value)];
}
