import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Digest, OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { WorkflowUsage } from "../contracts/workflow-library.ts";
import type { Schema } from "./schema.ts";

/* How often workflows were used, and how it went. */

interface UsageRow {
  readonly runs: string;
  readonly succeeded: string;
  readonly failed: string;
  readonly lastUsedAt: Date;
  readonly medianMs: number | null;
  readonly cost: string;
}

const NUMBERS = sql`
  count(*) as runs,
  count(*) filter (where r.status in ('succeeded', 'skipped')) as succeeded,
  count(*) filter (where r.status in ('failed', 'partial')) as failed,
  max(r.created_at) as "lastUsedAt",
  percentile_cont(0.5) within group (order by r.duration_ms) filter (where r.status = 'succeeded') as "medianMs",
  coalesce(sum(r.cost), 0) as cost`;

function usageOf({ runs, succeeded, failed, lastUsedAt, medianMs, cost }: UsageRow): WorkflowUsage {
  return {
    runs: Number(runs),
    succeeded: Number(succeeded),
    failed: Number(failed),
    lastUsedAt: lastUsedAt.toISOString(),
    medianSeconds: medianMs === null ? null : medianMs / 1000,
    cost: Number(cost),
  };
}

/** By name, the most recently used first. */
export async function readUsage(
  db: Kysely<Schema>,
  owner: OwnerUUID,
): Promise<({ readonly name: string } & WorkflowUsage)[]> {
  const { rows } = await sql<UsageRow & { readonly name: string }>`
    select b.workflow_name as name, ${NUMBERS} ${runsOf(owner)}
    group by b.workflow_name order by max(r.created_at) desc`.execute(db);
  return rows.map(({ name, ...row }) => ({ name, ...usageOf(row) }));
}

export interface UsedVersion extends WorkflowUsage {
  readonly digest: Digest;
  readonly firstUsedAt: Date;
}

/** What was run under a name, by digest; the most recently used first. */
export async function readVersionUsage(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  name: string,
): Promise<UsedVersion[]> {
  const { rows } = await sql<UsageRow & { readonly digest: Digest; readonly firstUsedAt: Date }>`
    select b.workflow_digest as digest, min(r.created_at) as "firstUsedAt", ${NUMBERS}
    ${runsOf(owner)} and b.owner_uuid = ${owner} and b.workflow_name = ${name}
    group by b.workflow_digest order by max(r.created_at) desc`.execute(db);
  return rows.map(({ digest, firstUsedAt, ...row }) => ({ digest, firstUsedAt, ...usageOf(row) }));
}

const runsOf = (owner: OwnerUUID): RawBuilder<unknown> =>
  sql`from runs r join batches b on b.uuid = r.batch_uuid where r.owner_uuid = ${owner}`;

/** What was executed under a name and a digest, as far as the owner ran it; null where they never did. */
export async function findRanDocument(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  name: string,
  digest: Digest,
): Promise<{ readonly document: JsonObject; readonly firstUsedAt: Date } | null> {
  const { rows } = await sql<{ document: JsonObject; firstUsedAt: Date }>`
    select w.document, b.created_at as "firstUsedAt" from batches b join workflows w on w.digest = b.workflow_digest
    where b.owner_uuid = ${owner} and b.workflow_name = ${name} and b.workflow_digest = ${digest}
    order by b.created_at limit 1`.execute(db);
  return rows[0] ?? null;
}
