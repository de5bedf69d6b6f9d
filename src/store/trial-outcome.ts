import { type Kysely, sql } from "kysely";
import type { RunUUID } from "../contracts/ids.ts";
import type { RunStatus, TaskStatus } from "../contracts/run.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Schema } from "./schema.ts";

/** How far a run of one task has come. */
export interface TrialOutcome {
  readonly runStatus: RunStatus;
  readonly taskStatus: TaskStatus | null;
  readonly output: unknown;
  /** The run's, or else what its task waits for. */
  readonly error: ErrorRecord | null;
  /** USD of its calls that were answered. */
  readonly cost: number;
}

/** Null where the run is gone. */
export async function readTrialOutcome(db: Kysely<Schema>, runUUID: RunUUID): Promise<TrialOutcome | null> {
  const { rows } = await sql<TrialOutcome>`
    select r.status as "runStatus", t.status as "taskStatus", t.output, coalesce(r.error, t.error) as error,
      coalesce((select sum(coalesce(c.real_cost, c.reserved_cost)) from calls c
        where c.run_uuid = r.uuid and c.state = 'answered'), 0)::float8 as cost
    from runs r left join tasks t on t.run_uuid = r.uuid where r.uuid = ${runUUID} order by t.seq limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}
