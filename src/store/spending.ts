import { type Kysely, type RawBuilder, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { CallsQuery, Spending, SpendingBy, SpendingQuery, SpendingRow } from "../contracts/spending.ts";
import { COUNTED } from "./ledger.ts";
import type { Schema } from "./schema.ts";

/** Among rows by batch or tag the largest are what is asked for. */
const MOST_ROWS = 200;

interface SumRow {
  cost: number;
  open: number;
  lost: number;
  again: number;
  calls: number;
  runs: number;
}

const SUMS = sql`coalesce(sum(amount), 0) as cost, coalesce(sum(amount) filter (where open), 0) as open,
  coalesce(sum(amount) filter (where lost), 0) as lost,
  coalesce(sum(amount) filter (where again and not lost), 0) as again, count(task_uuid)::int as calls`;
/** The same of what is summed up by run already, which says of how many runs without sorting the calls. */
const SUMS_OF_RUNS = sql`coalesce(sum(cost), 0)::float8 as cost, coalesce(sum(open), 0)::float8 as open,
  coalesce(sum(lost), 0)::float8 as lost, coalesce(sum(again), 0)::float8 as again, coalesce(sum(calls), 0)::int as calls,
  count(distinct run_uuid)::int as runs`;

/** What a row is of, and its name for people. */
const GROUPS: Readonly<Record<SpendingBy, { key: RawBuilder<unknown>; label: RawBuilder<unknown> }>> = {
  provider: { key: sql`s.provider`, label: sql`null::text` },
  model: { key: sql`s.model`, label: sql`null::text` },
  workflow: { key: sql`b.workflow_name`, label: sql`null::text` },
  batch: { key: sql`s.batch_uuid::text`, label: sql`min(b.workflow_name)` },
  tag: { key: sql`tag`, label: sql`null::text` },
  owner: { key: sql`o.name`, label: sql`null::text` },
  label: { key: sql`owned`, label: sql`null::text` },
};
/** What a group is found by, beside the calls: those of runs that were erased count, too. */
const JOINED: Partial<Record<SpendingBy, RawBuilder<unknown>>> = {
  workflow: sql`left join batches b on b.uuid = s.batch_uuid`,
  batch: sql`left join batches b on b.uuid = s.batch_uuid`,
  owner: sql`join owners o on o.uuid = s.owner_uuid`,
  label: sql`join owners o on o.uuid = s.owner_uuid
    left join lateral (select name || '=' || value as owned from jsonb_each_text(o.labels) l(name, value)) l on true`,
  tag: sql`left join (select uuid, tags from runs) r on r.uuid = s.run_uuid
    cross join lateral unnest(case when coalesce(r.tags, '{}') = '{}' then array[null] else r.tags end) tag`,
};

/** Sums of what was spent within a range, by day and by what was asked for, in one reading. */
export async function readSpending(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  query: SpendingQuery,
): Promise<Omit<Spending, "budgets">> {
  const { by, zone, from, to } = query;
  const { key, label } = GROUPS[by];
  const limit = by === "batch" ? sql`min(b.max_cost)::float8` : sql`null::float8`;
  const statement = sql<{ total: SumRow; days: (SumRow & { day: string })[]; groups: SpendingRow[] }>`
    with spent as materialized (${spentWithin(owner, query)}),
    by_run as materialized (
      select (at at time zone ${zone})::date as day, provider, model, batch_uuid, owner_uuid, run_uuid, ${SUMS}
      from spent group by 1, 2, 3, 4, 5, 6
    ),
    days as (
      select to_char(d, 'YYYY-MM-DD') as day, ${SUMS_OF_RUNS}
      from generate_series((${from}::timestamptz at time zone ${zone})::date,
        ((${to}::timestamptz - interval '1 microsecond') at time zone ${zone})::date, interval '1 day') d
      left join by_run on day = d group by d
    ),
    groups as (
      select ${key} as key, ${label} as label, ${SUMS_OF_RUNS}, ${limit} as "limit"
      from by_run s ${JOINED[by] ?? sql``} group by ${key} order by cost desc, key limit ${MOST_ROWS + 1}
    )
    select (select to_jsonb(t) from (select ${SUMS_OF_RUNS} from by_run) t) as total,
      (select jsonb_agg(d order by day) from days d) as days,
      coalesce((select jsonb_agg(g order by cost desc, key) from groups g), '[]') as groups`;
  const { rows } = await db.transaction().execute(async (transaction) => {
    await sql`select set_config('work_mem', ${SORTED_IN}, true)`.execute(transaction);
    return statement.execute(transaction);
  });
  const [{ total, days, groups } = { total: NOTHING, days: [], groups: [] }] = rows;
  return { total, days, by, rows: groups.slice(0, MOST_ROWS), isCut: groups.length > MOST_ROWS };
}

const NOTHING: SumRow = { cost: 0, open: 0, lost: 0, again: 0, calls: 0, runs: 0 };
/** A month of a hundred thousand calls is summed up without files. */
const SORTED_IN = "64MB";

/**
 * Calls that cost something. One is made again where its run was made of another, or where a later call did the same
 * region. Few runs are derived and few tasks lost: both are looked for in small indexes of their own.
 */
function spentWithin(owner: OwnerUUID, range: CallsQuery): RawBuilder<unknown> {
  return sql`
    select c.task_uuid, c.run_uuid, c.batch_uuid, c.owner_uuid, c.provider, c.model, c.created_at as at, (${COUNTED})::float8 as amount,
      c.state in ('reserved', 'sent', 'uncertain') as open,
      c.task_uuid in (select uuid from tasks where status in ('failed', 'cancelled')) as lost,
      c.run_uuid in (select uuid from runs where derived_from is not null)
        or count(*) filter (where c.state = 'answered') over later > 0 as again
    from calls c where ${isWithin(owner, range)} and ${COUNTED} > 0
    window later as (partition by c.task_uuid, c.region, c.candidate order by c.created_at, c.uuid
      rows between 1 following and unbounded following)`;
}

function isWithin(owner: OwnerUUID, { scope, from, to }: CallsQuery): RawBuilder<unknown> {
  const whose = scope === "all" ? sql`true` : sql`c.owner_uuid = ${owner}`;
  return sql`${whose} and c.created_at >= ${from}::timestamptz and c.created_at < ${to}::timestamptz`;
}

/** What limits of a provider are held against now: spent and reserved, of all owners today and of this one ever. */
export async function readUsed(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  provider: string,
): Promise<{ readonly day: number; readonly owner: number }> {
  const { rows } = await sql<{ day: number; owner: number }>`
    select
      (select coalesce(sum(${COUNTED}), 0) from calls c where c.provider = ${provider}
        and c.created_at >= date_trunc('day', now(), 'UTC'))::float8 as day,
      (select coalesce(sum(${COUNTED}), 0) from calls c where c.provider = ${provider}
        and c.owner_uuid = ${owner})::float8 as owner`.execute(db);
  return rows[0] ?? { day: 0, owner: 0 };
}

/** A call as a bill would have it. */
export interface BilledCall {
  readonly uuid: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly provider: string;
  readonly provider_id: string | null;
  readonly model: string;
  readonly state: string;
  readonly reserved_cost: string;
  readonly real_cost: string | null;
  readonly currency: string;
  readonly owner: string;
  /** Null where the run was erased. */
  readonly workflow: string | null;
  readonly file: string | null;
  readonly step: string | null;
  readonly region: number;
  readonly attempt: number;
  readonly batch_uuid: string;
  readonly run_uuid: string;
  readonly task_uuid: string;
}

const CALLS_AT_ONCE = 1_000;

/** All calls within a range, also those that cost nothing, the first first, so many at a time. */
export async function* readCalls(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  range: CallsQuery,
): AsyncGenerator<readonly BilledCall[]> {
  /* Times go around as text: a Date has no microseconds, and the row it was read from would come twice. */
  let after: { at: string; uuid: string } | null = null;
  for (;;) {
    const further: RawBuilder<unknown> =
      after === null
        ? sql`true`
        : sql`(c.created_at, c.uuid) > (${after.at}::timestamptz, ${after.uuid}::uuid)`;
    const { rows }: { rows: (BilledCall & { at: string })[] } = await sql<BilledCall & { at: string }>`
      select c.uuid, c.created_at, c.created_at::text as at, c.ended_at, c.provider, c.provider_id, c.model, c.state,
        c.reserved_cost, c.real_cost, c.currency, o.name as owner, b.workflow_name as workflow, r.file, t.step, c.region,
        c.attempt, c.batch_uuid, c.run_uuid, c.task_uuid
      from calls c left join tasks t on t.uuid = c.task_uuid left join runs r on r.uuid = c.run_uuid
        left join batches b on b.uuid = c.batch_uuid join owners o on o.uuid = c.owner_uuid
      where ${isWithin(owner, range)} and ${further} order by c.created_at, c.uuid limit ${CALLS_AT_ONCE}`.execute(
      db,
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CALLS_AT_ONCE) return;
    after = { at: last.at, uuid: last.uuid };
  }
}
