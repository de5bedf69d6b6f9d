import { type Kysely, sql } from "kysely";
import type { SpendingCaps } from "../contracts/provider.ts";
import { limitsInForce } from "./provider-limits.ts";
import type { Schema } from "./schema.ts";

/** Whose money it is, and what it is spent on. */
export interface SpendingScope {
  readonly owner: string;
  readonly batch: string;
  readonly run: string;
  readonly provider: string;
}

/** What stands against a limit: USD spent and reserved, and the limit itself. */
export interface Budget {
  /** `all`: the batch's own limit, over all providers; `ownerDay`: what the owner may spend within a day, likewise. */
  readonly of: keyof SpendingCaps | "all" | "ownerDay";
  readonly limit: number;
  readonly used: number;
}

/** What a call counts for: what it cost, else what was reserved for it; nothing where it certainly cost nothing. */
export const COUNTED = sql<string>`case when c.state in ('failed', 'absent') then 0 else coalesce(c.real_cost, c.reserved_cost) end`;

/**
 * Every limit that a call in this scope is under. Consistent only while the provider's spending is locked.
 * A day is one of UTC.
 * @param configured the provider's limits, unless somebody has said others since
 */
export async function readBudgets(
  db: Kysely<Schema>,
  { owner, batch, run, provider }: SpendingScope,
  configured: SpendingCaps,
): Promise<readonly Budget[]> {
  const caps = await limitsInForce(db, provider, configured);
  const used = (where: ReturnType<typeof sql>) =>
    sql`(select coalesce(sum(${COUNTED}), 0) from calls c where ${where})`;
  const own = sql`c.provider = ${provider}`;
  const { rows } = await sql<Record<Budget["of"] | "max_cost" | "cost_per_day", string | null>>`
    select b.max_cost, o.cost_per_day,
      case when o.cost_per_day is null then 0
        else ${used(sql`c.owner_uuid = ${owner} and c.created_at >= date_trunc('day', now(), 'UTC')`)} end as "ownerDay",
      case when b.max_cost is null then 0 else ${used(sql`c.batch_uuid = b.uuid`)} end as "all",
      ${caps.run === undefined ? sql`0` : used(sql`c.run_uuid = ${run} and ${own}`)} as run,
      ${caps.batch === undefined ? sql`0` : used(sql`c.batch_uuid = ${batch} and ${own}`)} as batch,
      ${caps.owner === undefined ? sql`0` : used(sql`c.owner_uuid = ${owner} and ${own}`)} as owner,
      ${caps.day === undefined ? sql`0` : used(sql`${own} and c.created_at >= date_trunc('day', now(), 'UTC')`)} as day
    from batches b join owners o on o.uuid = ${owner} where b.uuid = ${batch}`.execute(db);
  const [row] = rows;
  const budget = (of: Budget["of"], limit: number | undefined): Budget[] =>
    limit === undefined ? [] : [{ of, limit, used: Number(row?.[of] ?? 0) }];
  const maxCost = row?.max_cost ?? null;
  const perDay = row?.cost_per_day ?? null;
  return [
    ...budget("run", caps.run),
    ...budget("batch", caps.batch),
    ...budget("all", maxCost === null ? undefined : Number(maxCost)),
    ...budget("ownerDay", perDay === null ? undefined : Number(perDay)),
    ...budget("owner", caps.owner),
    ...budget("day", caps.day),
  ];
}

/** Money in binary fractions: a limit that is met exactly is not exceeded by a rounding error. */
const TOLERANCE = 1e-9;

/** The first limit that `price` more would exceed; null where there is room. */
export function exceeded(budgets: readonly Budget[], price: number): Budget | null {
  if (price === 0) return null;
  return budgets.find(({ used, limit }) => used + price > limit + TOLERANCE) ?? null;
}

const NAMES: Readonly<Record<Budget["of"], string>> = {
  run: "maxCost.run",
  batch: "maxCost.batch",
  all: "the batch's maxCost",
  owner: "maxCost.owner",
  ownerDay: "the owner's costPerDay",
  day: "maxCost.day",
};

/** For the person whose task waits for it. */
export function describeExceeded({ of, limit, used }: Budget, price: number, provider: string): string {
  return (
    `provider ${provider}: ${NAMES[of]} allows $${limit}, of which $${used.toFixed(4)} are spent or reserved; ` +
    `the next call may cost $${price}. It goes on by itself when there is room: raise the limit, or give the task up`
  );
}

/** Until the transaction ends, nobody else reserves anything at this provider, for this batch, or of an owner with a limit of its own. */
export async function lockSpending(
  db: Kysely<Schema>,
  { provider, batch, owner }: Pick<SpendingScope, "provider" | "batch" | "owner">,
): Promise<void> {
  const { rows } = await sql`select 1 from owners where uuid = ${owner} and cost_per_day is not null`.execute(
    db,
  );
  const ownerToo = rows.length === 0 ? [] : [`owner:${owner}`];

  /* In this order: two that wait for each other's batch hold no provider that the other wants. */
  for (const name of [`provider:${provider}`, ...ownerToo, `batch:${batch}`]) {
    const lock = sql`pg_advisory_xact_lock(hashtextextended(current_schema() || ':spending:' || ${name}, 0))`;
    await sql`select ${lock}`.execute(db);
  }
}
