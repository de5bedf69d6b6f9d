import { type Kysely, sql } from "kysely";
import type { BatchView } from "../contracts/api.ts";
import type { BatchUUID } from "../contracts/ids.ts";
import { COUNTED } from "./ledger.ts";
import { parkedOf } from "./parked.ts";
import type { Schema } from "./schema.ts";

interface BudgetRow {
  max_cost: number | null;
  calls: number;
  spent: number;
  reserved: number;
  held: number;
  uncertain: number;
}

/** A batch's limit with what stands against it; null where it has none and asked no provider for anything. */
export async function readBatchBudget(
  db: Kysely<Schema>,
  batchUUID: BatchUUID,
): Promise<BatchView["budget"]> {
  const { rows } = await sql<BudgetRow>`
    with money as (
      select count(*)::int as calls,
        coalesce(sum(amount) filter (where not open), 0)::float8 as spent,
        coalesce(sum(amount) filter (where open), 0)::float8 as reserved
      from (
        select ${COUNTED} as amount, c.state in ('sent', 'uncertain') as open
        from calls c where c.batch_uuid = ${batchUUID}
      ) counted
    ),
    parked as (
      select count(*) filter (where t.status = 'held')::int as held,
        count(*) filter (where t.status <> 'held')::int as uncertain
      from tasks t where t.batch_uuid = ${batchUUID} and ${parkedOf(sql`batch_uuid = ${batchUUID}`)}
    )
    select b.max_cost::float8 as max_cost, money.*, parked.*
    from batches b cross join money cross join parked where b.uuid = ${batchUUID}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { max_cost: maxCost, calls, ...sums } = row;
  return maxCost === null && calls + sums.held + sums.uncertain === 0 ? null : { maxCost, ...sums };
}
