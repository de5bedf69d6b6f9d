import { type Kysely, sql } from "kysely";
import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

/** A new run, and the ended one that was the same work. */
export interface TakenOver {
  readonly runUUID: RunUUID;
  readonly earlier: RunUUID;
  readonly identity: string | null;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Ends runs as earlier ones have ended, with their results: every task that did something is `cached` there, and costs
 * nothing. So they are shown, rerolled and reported like any other.
 * @returns those of them that ended so; the rest were cancelled meanwhile, or what they were to have is gone
 */
export async function takeOverRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  runs: readonly TakenOver[],
): Promise<RunUUID[]> {
  if (runs.length === 0) return [];
  const rows = runs.map(({ runUUID, earlier, identity, inputs }) => ({
    uuid: runUUID,
    earlier,
    identity,
    inputs,
  }));
  const { rows: taken } = await sql<{ uuid: RunUUID }>`
    with given as (
      select * from jsonb_to_recordset(${toJson(rows)}::jsonb) as g(uuid uuid, earlier uuid, identity text, inputs jsonb)
    ),
    ended as (
      update runs r set identity = g.identity, inputs = g.inputs, reuses = g.earlier, status = e.status,
        output = e.output, outputs = e.outputs, warnings = e.warnings, models = e.models, providers = e.providers,
        seam = e.seam, sharpness = e.sharpness, ended_at = now()
      from given g join runs e on e.uuid = g.earlier
      where r.uuid = g.uuid and r.status = 'queued' and e.status in ('succeeded', 'skipped')
        and r.owner_uuid = ${owner} and e.owner_uuid = ${owner}
      returning r.uuid, r.batch_uuid, r.owner_uuid, r.file, r.status, r.reuses
    ),
    done as (
      insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, element, task_type, status, queue, provider, model,
        seed, input, output, error, warnings, ended_at)
      select gen_random_uuid(), r.uuid, r.batch_uuid, r.owner_uuid, t.step, t.element, t.task_type,
        case t.status when 'succeeded' then 'cached' else t.status end, t.queue, t.provider, t.model,
        t.seed, t.input, t.output, t.error, t.warnings, now()
      from ended r join tasks t on t.run_uuid = r.reuses order by r.uuid, t.seq
      returning uuid, run_uuid, batch_uuid, owner_uuid, step, status
    ),
    told as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select 'task.ended', owner_uuid, batch_uuid, run_uuid, uuid, jsonb_build_object('step', step, 'status', status) from done
      union all
      select 'run.ended', owner_uuid, batch_uuid, uuid, null, jsonb_build_object('status', status, 'file', file) from ended
    )
    select uuid from ended`.execute(db);
  return taken.map(({ uuid }) => uuid);
}
