import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { KeyId } from "../contracts/caller.ts";
import {
  ArtifactUUID,
  type BatchUUID,
  type OwnerUUID,
  type RunUUID,
  type TaskUUID,
} from "../contracts/ids.ts";
import type { DecisionQuery, DecisionView } from "../contracts/review.ts";
import type { Schema } from "./schema.ts";

type DecisionFilter = z.output<typeof DecisionQuery>;

interface DecisionRow {
  readonly task_uuid: TaskUUID;
  readonly run_uuid: RunUUID;
  readonly batch_uuid: BatchUUID;
  readonly workflow: string;
  readonly file: string;
  readonly step: string;
  readonly round: number;
  readonly decision: DecisionView["decision"];
  readonly detail: unknown;
  readonly actor: string;
  readonly key: KeyId | null;
  readonly key_name: string | null;
  readonly at: Date;
}

/** What was decided about an owner's pictures, the newest first. */
export async function listDecisions(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { batch, run, workflow, offset, limit }: DecisionFilter,
): Promise<{ readonly decisions: DecisionView[]; readonly total: number }> {
  const which = sql`t.owner_uuid = ${owner}
    and ${batch === undefined ? sql`true` : sql`t.batch_uuid = ${batch}`}
    and ${run === undefined ? sql`true` : sql`t.run_uuid = ${run}`}
    and ${workflow === undefined ? sql`true` : sql`b.workflow_name = ${workflow}`}`;
  const decided = sql`review_decisions d join tasks t on t.uuid = d.task_uuid join batches b on b.uuid = t.batch_uuid`;
  const { rows } = await sql<DecisionRow>`
    select d.task_uuid, t.run_uuid, t.batch_uuid, b.workflow_name as workflow, r.file, t.step, d.round, d.decision,
      d.detail, d.actor, d.key, k.name as key_name, d.at
    from ${decided} join runs r on r.uuid = t.run_uuid left join keys k on k.id = d.key
    where ${which} order by d.at desc, d.task_uuid, d.round desc limit ${limit} offset ${offset}`.execute(db);
  const counted = await sql<{ count: string }>`
    select count(*) as count from ${decided} where ${which}`.execute(db);
  return { decisions: rows.map(decisionView), total: Number(counted.rows[0]?.count ?? 0) };
}

/** What is not there, or of an older version, is told as unknown. */
const Detail = z.object({
  regions: z.array(z.int()).nullable().catch(null),
  keepRegions: z.array(z.int()).nullable().catch(null),
  shown: ArtifactUUID.nullable().catch(null),
  taken: ArtifactUUID.nullable().catch(null),
});

function decisionView(row: DecisionRow): DecisionView {
  const { regions, keepRegions, shown, taken } = Detail.parse(row.detail);
  return {
    taskUUID: row.task_uuid,
    runUUID: row.run_uuid,
    batchUUID: row.batch_uuid,
    workflow: row.workflow,
    file: row.file,
    review: row.step,
    round: row.round,
    decision: row.decision,
    regions,
    keepRegions,
    shown,
    taken,
    via: row.actor,
    key: row.key === null ? null : { id: row.key, name: row.key_name },
    at: row.at.toISOString(),
  };
}
