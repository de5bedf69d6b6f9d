import { type Kysely, sql } from "kysely";

/** What people decide: until when, what was decided, and what was chosen for a task that is done again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table tasks
    /* Seed or mask that a person chose, over what the step says. */
    add column override jsonb,
    add column decide_by timestamptz`,
  `create index tasks_in_review on tasks (owner_uuid, decide_by) where status = 'review'`,
  `create table review_decisions (
    task_uuid uuid not null references tasks,
    /* Each showing is decided about once. */
    round int not null,
    decision text not null check (decision in ('accept','reroll','keepOriginal','editMask','timeout')),
    detail jsonb not null default '{}',
    actor text not null,
    key text,
    at timestamptz not null default now(),
    primary key (task_uuid, round)
  )`,
];
