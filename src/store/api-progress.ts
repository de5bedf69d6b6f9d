import { type Kysely, sql } from "kysely";
import type { RunUUID } from "../contracts/ids.ts";
import type { RunStatus, TaskStatus } from "../contracts/run.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Schema } from "./schema.ts";
import { waitForDisk } from "./wait-for-disk.ts";

/** One step of a task that has ended. */
export interface EndedStep {
  readonly step: string;
  readonly status: TaskStatus;
  readonly output: unknown;
  readonly error: ErrorRecord | null;
  readonly warnings: readonly string[];
  readonly cost: number | null;
  /** What comes of doing it again has another one. */
  readonly endedAt: Date;
  /** How its upload ended; null where there is none, or none yet. */
  readonly upload: { readonly error?: ErrorRecord } | null;
}

/** How far the run of a task of the API has come. */
export interface ApiProgress {
  readonly runUUID: RunUUID;
  readonly status: RunStatus;
  readonly error: ErrorRecord | null;
  readonly endedAt: Date | null;
  readonly steps: readonly EndedStep[];
}

interface ProgressRow {
  run_uuid: RunUUID;
  run_status: RunStatus;
  run_error: ErrorRecord | null;
  ended_at: Date | null;
  step: string | null;
  status: TaskStatus;
  output: unknown;
  error: ErrorRecord | null;
  warnings: string[];
  cost: string | null;
  step_ended_at: Date;
  upload: { error?: ErrorRecord } | null;
}

/**
 * Those of the runs of which something has ended, with the steps that have. It is on the disk, for it is told to whoever asked for
 * it: the middle of a run does not wait for that by itself, and a step that a crash of the database took is done again, its
 * pictures under other names.
 * @param bySteps those of the runs whose steps matter before the run has ended; by default all
 */
export async function readApiProgress(
  db: Kysely<Schema>,
  runs: readonly RunUUID[],
  bySteps: readonly RunUUID[] = runs,
): Promise<ReadonlyMap<RunUUID, ApiProgress>> {
  const { rows } = await sql<ProgressRow>`/* prepare:api-progress */
    with moved as materialized (
      select uuid, status, error, ended_at from runs
      where uuid = any(${runs}::uuid[]) and (ended_at is not null or uuid = any(${bySteps}::uuid[]))
    )
    select r.uuid as run_uuid, r.status as run_status, r.error as run_error, r.ended_at, t.step, t.status, t.output,
      t.error, t.warnings, t.cost, t.ended_at as step_ended_at, x.upload
    from moved r
    left join tasks t on t.run_uuid = r.uuid and t.ended_at is not null
    left join api_tasks a on a.run_uuid = r.uuid
    left join api_results x on x.owner_uuid = a.owner_uuid and x.task_uuid = a.task_uuid and x.step = t.step
    where r.ended_at is not null or t.uuid is not null
    order by t.seq`.execute(db);
  if (rows.some((row) => row.ended_at === null)) await waitForDisk(db);
  const progress = new Map<RunUUID, ApiProgress & { steps: EndedStep[] }>();
  for (const row of rows) {
    const run = progress.get(row.run_uuid) ?? {
      runUUID: row.run_uuid,
      status: row.run_status,
      error: row.run_error,
      endedAt: row.ended_at,
      steps: [],
    };
    if (row.step !== null) run.steps.push(endedStep(row.step, row));
    progress.set(row.run_uuid, run);
  }
  return progress;
}

function endedStep(step: string, row: ProgressRow): EndedStep {
  const { status, output, error, warnings, upload, step_ended_at: endedAt } = row;
  const cost = row.cost === null ? null : Number(row.cost);
  return { step, status, output, error, warnings, upload, cost, endedAt };
}
