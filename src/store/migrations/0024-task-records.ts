import { type Kysely, sql } from "kysely";

/** What workers write down of a task beside its result: the crops that were sent and came back, and log lines. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  /* Pictures are names without a reference: they are cleared up as others are, and the row says the rest. */
  `create table task_crops (
    task_uuid uuid not null references tasks on delete cascade,
    attempt int not null,
    candidate int not null,
    region int not null,
    tries int not null,
    box int[] not null,
    turned float8 not null,
    width int not null,
    height int not null,
    sent uuid,
    mask uuid,
    received uuid,
    provider text,
    model text,
    call_uuid uuid,
    seed numeric,
    cost numeric,
    sent_at timestamptz not null,
    ms float8 not null,
    error jsonb,
    primary key (task_uuid, attempt, candidate, region, tries)
  )`,
  `create table task_logs (
    id bigint generated always as identity primary key,
    task_uuid uuid not null references tasks on delete cascade,
    attempt int not null,
    at timestamptz not null,
    level text not null check (level in ('info', 'warn', 'error')),
    message text not null,
    data jsonb not null
  )`,
  `create index task_logs_task on task_logs (task_uuid, id)`,
  `create index task_logs_at on task_logs (at)`,
];
