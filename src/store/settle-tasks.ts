import { type Kysely, sql, type Transaction } from "kysely";
import type { BatchUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import { applyChanges } from "../engine/apply-advance.ts";
import { type RunFacts, runFacts } from "../engine/run-facts.ts";
import {
  type Advance,
  endsTask,
  isParked,
  type Outcome,
  type PlannedTask,
  type RunEnd,
  type RunState,
  type TaskChange,
  type TaskState,
} from "../engine/run-state.ts";
import { findOpenCalls } from "./calls.ts";
import { retryOnDeadlock } from "./deadlock.ts";
import { toJson } from "./json.ts";
import { type LoadedRun, loadRunStates } from "./run-states.ts";
import type { Schema } from "./schema.ts";
import { insertTasks, type TaskRow, taskRow } from "./task-rows.ts";

/** The end of one attempt. One that lost its lease changes nothing. */
export interface AttemptEnd {
  readonly taskUUID: TaskUUID;
  readonly runUUID: RunUUID;
  readonly attempt: number;
  /** UUID: the fencing token; null for whoever looks after leases that have run out. */
  readonly lease: string | null;
  readonly outcome: Outcome;
  readonly timings: Readonly<Record<string, number>>;
}

/** The decisions of src/engine, bound to the run's workflow. */
interface Decide {
  settle(run: RunState, task: TaskState, outcome: Outcome): TaskChange;
  advance(run: RunState): Advance;
}

/** `within` is the transaction: what has to be read must not wait for another connection while it holds one. */
export type DecideFor = (batchUUID: BatchUUID, within: Kysely<Schema>) => Promise<Decide>;

export interface SettleResult {
  /** Attempts whose outcome was taken; the others had lost their lease. */
  readonly accepted: ReadonlySet<TaskUUID>;
  readonly becameReady: number;
  readonly endedRuns: readonly RunUUID[];
}

/**
 * Commits the ends of any number of attempts together with all that follows from them: retries, successors, ends of
 * runs, events. One transaction; the runs' rows are locked in order, so that two workers that finish two tasks of one run
 * decide one after the other.
 */
export async function settleAttempts(
  db: Kysely<Schema>,
  ends: readonly AttemptEnd[],
  decideFor: DecideFor,
): Promise<SettleResult> {
  return retryOnDeadlock(() =>
    db.transaction().execute((transaction) => settleInside(transaction, ends, decideFor)),
  );
}

/**
 * Decides anew about runs some of whose tasks were changed otherwise than by their ends, within the caller's transaction.
 * @param given changes that others decided: they come first, and are written with what follows from them
 */
export function advanceRuns(
  db: Transaction<Schema>,
  runs: readonly RunUUID[],
  decideFor: DecideFor,
  given: readonly TaskChange[] = [],
): Promise<SettleResult> {
  return settleInside(db, [], decideFor, runs, given);
}

const endsBadly = ({ outcome }: AttemptEnd): boolean => outcome.kind === "failed" || outcome.kind === "lost";

/** Whether nobody has had the task since. */
function isLast({ attempts }: LoadedRun, { taskUUID, attempt, lease }: AttemptEnd): boolean {
  const last = attempts.get(taskUUID);
  return last?.number === attempt && (lease === null || last.lease === lease);
}

const isOf = (run: RunState, { taskUUID }: TaskChange): boolean =>
  run.tasks.some((task) => task.taskUUID === taskUUID);

async function settleInside(
  db: Transaction<Schema>,
  ends: readonly AttemptEnd[],
  decideFor: DecideFor,
  changed: readonly RunUUID[] = [],
  given: readonly TaskChange[] = [],
): Promise<SettleResult> {
  const runs = await loadRunStates(db, [...new Set([...ends.map((end) => end.runUUID), ...changed])]);
  const open = await findOpenCalls(db, ends.filter(endsBadly));
  const accepted = new Set<TaskUUID>();
  const changes: TaskChange[] = [];
  const created: { run: RunState; task: PlannedTask }[] = [];
  const runEnds: EndedRun[] = [];
  for (const loaded of runs) {
    const decide = await decideFor(loaded.state.batchUUID, db);
    const own = given.filter((change) => isOf(loaded.state, change));
    changes.push(...own);
    let state = applyChanges(loaded.state, own);
    for (const end of ends) {
      if (end.runUUID !== state.runUUID || !isLast(loaded, end)) continue;
      const task = state.tasks.find((candidate) => candidate.taskUUID === end.taskUUID);
      if (task?.status !== "running") continue;
      if (end.outcome.kind === "lost" && !loaded.expired.has(end.taskUUID)) continue; // renewed meanwhile
      accepted.add(end.taskUUID);
      const change = decide.settle(state, { ...task, hasOpenCall: open.has(end.taskUUID) }, end.outcome);
      changes.push(change);
      state = applyChanges(state, [change]);
    }
    const advance = decide.advance(state);
    changes.push(...advance.tasks);
    created.push(...advance.created.map((task) => ({ run: state, task })));
    if (advance.end !== null && !loaded.ended) {
      const { tasks } = applyChanges(state, advance.tasks, advance.created);
      runEnds.push({ runUUID: state.runUUID, end: advance.end, facts: runFacts(tasks) });
    }
  }
  const taken = ends.filter((end) => accepted.has(end.taskUUID));
  if (taken.length + changed.length > 0) {
    const rows = created.map(({ run, task }) => taskRow(run.runUUID, task, changes));
    await writeSettlement(db, taken, { changes, created: rows, runEnds }, changed.length > 0);
  }
  return {
    accepted,
    becameReady: changes.filter((change) => change.status === "queued").length,
    endedRuns: runEnds.map(({ runUUID }) => runUUID),
  };
}

interface EndedRun {
  readonly runUUID: RunUUID;
  readonly end: RunEnd;
  readonly facts: RunFacts;
}

interface Settlement {
  readonly changes: readonly TaskChange[];
  /** Tasks that come into being; what was decided for them is in their rows already. */
  readonly created: readonly TaskRow[];
  readonly runEnds: readonly EndedRun[];
}

/**
 * Everything that one settlement writes, in one statement: one round trip while the runs are locked.
 * @param isDecided whether it stands in the transaction of a decision, which waits for the disk
 */
async function writeSettlement(
  db: Transaction<Schema>,
  ends: readonly AttemptEnd[],
  { changes, created, runEnds }: Settlement,
  isDecided: boolean,
): Promise<void> {
  const closings = ends.map((end) => ({
    task: end.taskUUID,
    number: end.attempt,
    outcome: end.outcome.kind,
    error: "error" in end.outcome ? end.outcome.error : null,
    timings: end.timings,
  }));
  /*
   * A settlement of attempts that ends no run and cost nothing is made again if a crash of the database takes it. What the
   * caller's transaction decides besides, a person's word for it, nobody makes again.
   */
  const durable =
    isDecided || runEnds.length > 0 || ends.some(({ outcome }) => "cost" in outcome && outcome.cost !== null);
  const commit = sql`select set_config('synchronous_commit', ${durable ? "on" : "off"}, true)`;
  await sql`/* prepare:settle */
    with settled as materialized (${commit}),
    closed as (
      update attempts a set ended_at = now(), outcome = c.outcome, error = c.error, timings = c.timings
      from jsonb_to_recordset(${toJson(closings)}::jsonb)
        as c(task uuid, number int, outcome text, error jsonb, timings jsonb)
      where a.task_uuid = any(${closings.map((closing) => closing.task)}::uuid[])
        and a.task_uuid = c.task and a.number = c.number
    ), ${createTasks(created)}, ${changeTasks(changes, created)}, ${endRuns(runEnds)}
    select 1 from settled`.execute(db);
}

/** CTEs that write tasks that come into being, and their events. */
function createTasks(created: readonly TaskRow[]) {
  return sql`
    created as (
      ${insertTasks(created, "runs", "batches")}
      on conflict do nothing
      returning uuid, run_uuid, batch_uuid, owner_uuid, step, element, status, error
    ),
    noted_created as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select case when status = 'queued' then 'task.queued' else 'task.ended' end, owner_uuid, batch_uuid, run_uuid, uuid,
        jsonb_strip_nulls(jsonb_build_object('step', step, 'element', element, 'status', status, 'error', error))
      from created where status <> 'waiting'
      returning 1
    )`;
}

/** CTEs that write changes of tasks that were there before, and their events. */
function changeTasks(changes: readonly TaskChange[], created: readonly TaskRow[]) {
  const fresh = new Set(created.map((row) => row.uuid));
  const before = changes.filter((change) => !fresh.has(change.taskUUID));
  const rows = before.map((change) => ({
    uuid: change.taskUUID,
    status: change.status,
    done: DONE_TASK_STATUSES.has(change.status),
    input: endsTask(change) || isParked(change) ? null : change.input,
    output: endsTask(change) ? change.output : null,
    error: change.error,
    warnings: endsTask(change) ? change.warnings : [],
    timeout_ms: change.status === "review" ? change.timeoutMs : null,
    seed: change.status === "queued" ? change.seed : null,
    place: change.status === "queued" ? (change.place ?? null) : null,
    delay_ms: change.status === "queued" ? change.delayMs : null,
    failures: change.failures,
    losses: change.losses,
  }));
  return sql`
    changed as (
      update tasks t set status = c.status, input = coalesce(nullif(c.input, 'null'::jsonb), t.input),
        output = nullif(c.output, 'null'::jsonb), error = nullif(c.error, 'null'::jsonb), warnings = c.warnings,
        seed = case when c.status = 'queued' then c.seed else t.seed end, failures = c.failures, losses = c.losses,
        ready_at = now() + c.delay_ms * interval '1 millisecond', delivered_at = null, lease_worker = null, lease_uuid = null, lease_expires_at = null,
        queue = coalesce(c.place->>'queue', t.queue), provider = coalesce(c.place->>'provider', t.provider),
        model = coalesce(c.place->>'model', t.model),
        spilled = case when c.place is null or c.place = 'null'::jsonb then t.spilled else coalesce((c.place->>'spilled')::boolean, false) end,
        at_once = case when c.status = 'queued' then (select b.priority = 0 from batches b where b.uuid = t.batch_uuid) else t.at_once end,
        queued_at = case when c.done then t.queued_at else now() end,
        ended_at = case when c.done then now() end, decide_by = now() + c.timeout_ms * interval '1 millisecond'
      from jsonb_to_recordset(${toJson(rows)}::jsonb) as c(uuid uuid, status text, done boolean, input jsonb, output jsonb,
        error jsonb, warnings jsonb, seed bigint, place jsonb, delay_ms float8, timeout_ms float8,
        failures int, losses int)
      where t.uuid = any(${rows.map((row) => row.uuid)}::uuid[]) and t.uuid = c.uuid
      returning t.uuid, t.run_uuid, t.batch_uuid, t.owner_uuid, t.step, t.element, t.status, t.attempt, t.error, t.ready_at, c.done
    ),
    noted_tasks as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, task_uuid, data)
      select case when done then 'task.ended' when status = 'review' then 'task.review'
          when status in ('held', 'uncertain') then 'task.' || status when attempt > 0 then 'task.retrying' else 'task.queued' end,
        owner_uuid, batch_uuid, run_uuid, uuid,
        jsonb_strip_nulls(jsonb_build_object('step', step, 'element', element, 'status', status, 'attempt', attempt,
          'error', error, 'readyAt', ready_at))
      from changed
      returning 1
    ),
    asked as (
      update runs r set status = 'review', started_at = coalesce(r.started_at, now())
      from (select distinct run_uuid from changed where status = 'review') c
      where r.uuid = c.run_uuid and r.status in ('queued', 'running')
    )`;
}

/**
 * CTEs that write the ends of runs and their events. PostgreSQL runs CTEs that write in no order of its own: counting
 * `noted_tasks` and `noted_created` puts the end of a run after those of its tasks, so that a reader may stop at it.
 */
function endRuns(runEnds: readonly EndedRun[]) {
  const rows = runEnds.map(({ runUUID, end, facts }) => ({
    uuid: runUUID,
    ...facts,
    status: end.status,
    output: end.output,
    outputs: end.outputs,
    error: end.error,
  }));
  return sql`
    finished as (
      update runs r set status = c.status, output = c.output, outputs = nullif(c.outputs, 'null'::jsonb),
        error = nullif(c.error, 'null'::jsonb), ended_at = now(),
        models = c.models, providers = c.providers, seam = c.seam, sharpness = c.sharpness
      from jsonb_to_recordset(${toJson(rows)}::jsonb) as c(uuid uuid, status text, output uuid, outputs jsonb, error jsonb,
        models text[], providers text[], seam float8, sharpness float8)
      where r.uuid = any(${rows.map((row) => row.uuid)}::uuid[]) and r.uuid = c.uuid
      returning r.uuid, r.batch_uuid, r.owner_uuid, r.status, r.error, r.file
    ),
    noted_runs as (
      insert into events (type, owner_uuid, batch_uuid, run_uuid, data)
      select 'run.ended', owner_uuid, batch_uuid, uuid,
        jsonb_strip_nulls(jsonb_build_object('status', status, 'file', file, 'error', error))
      from finished where (select count(*) from noted_tasks) + (select count(*) from noted_created) >= 0
    )`;
}
