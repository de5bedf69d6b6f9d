import { type Kysely, sql } from "kysely";
import { LOCAL_OWNER } from "../owners.ts";

/**
 * The first schema. Statuses are text with a check, so that a new one is a migration of one line;
 * every JSON column is written through `toJson`, which keeps out the NUL that jsonb refuses.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await sql`insert into owners (uuid, name) values (${LOCAL_OWNER}, 'local')`.execute(db);
}

const TASK_STATUSES =
  "'waiting','queued','running','succeeded','cached','skipped','failed','cancelled','held','uncertain','review'";
const RUN_STATUSES = "'queued','running','succeeded','partial','failed','skipped','cancelled','review'";

const STATEMENTS = [
  `create table owners (
    uuid uuid primary key,
    name text not null unique,
    role text not null default 'admin' check (role in ('viewer','operator','admin')),
    key_hash bytea,
    created_at timestamptz not null default now()
  )`,

  `create table workflows (
    digest text primary key,
    name text not null,
    document jsonb not null,
    created_at timestamptz not null default now()
  )`,

  `create table batches (
    uuid uuid primary key,
    owner_uuid uuid not null references owners,
    workflow_digest text not null references workflows,
    /* What makes two invocations the same job, such as the same folder into the same folder: the second resumes the first. */
    resume_key text,
    inputs jsonb not null default '{}',
    /* Models, providers and scales, resolved once for the whole batch. */
    resolved jsonb not null,
    priority int not null default 0,
    status text not null default 'running' check (status in ('running','paused','ended','cancelled')),
    /* False while runs are still being added; a batch cannot end before. */
    complete boolean not null default false,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  )`,
  `create index batches_resume on batches (resume_key, created_at desc) where resume_key is not null`,

  `create table runs (
    uuid uuid primary key,
    batch_uuid uuid not null references batches,
    owner_uuid uuid not null references owners,
    workflow_digest text not null,
    file text not null,
    status text not null default 'queued' check (status in (${RUN_STATUSES})),
    /* Digest of content, workflow and resolved inputs: a finished run with the same identity need not run again. */
    identity text,
    inputs jsonb not null default '{}',
    output uuid,
    outputs jsonb,
    error jsonb,
    warnings jsonb not null default '[]',
    tags text[] not null default '{}',
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  )`,
  `create index runs_batch on runs (batch_uuid, created_at, uuid)`,
  `create index runs_recent on runs (created_at desc, uuid)`,
  `create index runs_identity on runs (identity, owner_uuid) where identity is not null`,

  `create table tasks (
    uuid uuid primary key,
    seq bigint generated always as identity,
    run_uuid uuid not null references runs,
    batch_uuid uuid not null,
    owner_uuid uuid not null,
    step text not null,
    element int,
    task_type text not null,
    status text not null check (status in (${TASK_STATUSES})),
    queue text not null,
    priority int not null default 0,
    provider text,
    model text,
    seed bigint,
    input jsonb,
    output jsonb,
    error jsonb,
    warnings jsonb not null default '[]',
    cost numeric,
    /* The number of the last attempt: the fencing token. */
    attempt int not null default 0,
    failures int not null default 0,
    losses int not null default 0,
    /* The number of the last delivery handed to the queue; part of the job's id. */
    delivery int not null default 0,
    delivered_at timestamptz,
    ready_at timestamptz,
    lease_worker text,
    lease_expires_at timestamptz,
    created_at timestamptz not null default now(),
    queued_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz
  )`,
  `create unique index tasks_step on tasks (run_uuid, step, coalesce(element, 0))`,
  // Every index on tasks that the engine polls is partial: it stays as small as the work in flight.
  `create index tasks_to_deliver on tasks (batch_uuid, queue, priority desc, seq) where status = 'queued' and delivered_at is null`,
  `create index tasks_delivered on tasks (batch_uuid, queue, delivered_at) where status = 'queued' and delivered_at is not null`,
  `create index tasks_leased on tasks (lease_expires_at) where status = 'running'`,

  `create table attempts (
    task_uuid uuid not null references tasks,
    number int not null,
    worker text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text check (outcome in ('succeeded','cached','skipped','failed','lost','released','cancelled')),
    error jsonb,
    timings jsonb not null default '{}',
    primary key (task_uuid, number)
  )`,

  `create table calls (
    uuid uuid primary key,
    task_uuid uuid not null references tasks,
    attempt int not null,
    region int not null,
    candidate int not null default 1,
    provider text not null,
    state text not null check (state in ('reserved','sent','answered','failed','absent','uncertain')),
    reserved_cost numeric not null default 0,
    real_cost numeric,
    currency text not null default 'USD',
    request jsonb,
    response jsonb,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    ended_at timestamptz
  )`,
  `create index calls_task on calls (task_uuid)`,

  `create table ledger (
    id bigint generated always as identity primary key,
    owner_uuid uuid not null references owners,
    batch_uuid uuid,
    run_uuid uuid,
    task_uuid uuid,
    call_uuid uuid,
    kind text not null check (kind in ('reserve','settle','release')),
    amount numeric not null,
    currency text not null default 'USD',
    at timestamptz not null default now()
  )`,
  `create index ledger_owner on ledger (owner_uuid, at)`,
  `create index ledger_batch on ledger (batch_uuid)`,

  `create table blobs (
    digest text primary key,
    bytes bigint not null,
    media_type text not null,
    width int,
    height int,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now()
  )`,
  `create table artifacts (
    uuid uuid primary key,
    digest text not null references blobs,
    owner_uuid uuid not null references owners,
    kind text not null check (kind in ('input','image','mask')),
    task_uuid uuid,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now()
  )`,
  `create index artifacts_digest on artifacts (digest)`,

  `create table cached_results (
    key text primary key,
    owner_uuid uuid not null references owners,
    output jsonb not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now()
  )`,

  // A sequence is not commit order, so a reader goes by transaction id: see events.ts.
  `create table events (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    type text not null,
    owner_uuid uuid not null,
    batch_uuid uuid,
    run_uuid uuid,
    task_uuid uuid,
    data jsonb not null default '{}',
    primary key (xid, id)
  )`,
  `create index events_batch on events (batch_uuid, xid, id)`,
  `create index events_run on events (run_uuid, xid, id)`,

  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    owner_uuid uuid not null references owners,
    actor text not null,
    action text not null,
    target text not null,
    detail jsonb not null default '{}'
  )`,
  `create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'the audit is append-only'; end $$`,
  `create trigger audit_is_append_only before update or delete on audit for each row execute function refuse_change()`,

  `create table workers (
    id text primary key,
    host text not null,
    pid int not null,
    queues text[] not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  )`,
];
