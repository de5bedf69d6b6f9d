import { type Kysely, sql } from "kysely";

/** Tasks of the wire, by the UUIDs that their clients gave them, and what is still to be done with their results. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table api_tasks (
    owner_uuid uuid not null references owners,
    /* The client's own; unique per owner, so that one owner can neither see nor take another's. */
    task_uuid uuid not null,
    task_type text not null,
    /* Of the request as it came: sent again with the same one it is the same task. */
    digest text not null,
    /* As it came, but pictures by their UUIDs. */
    request jsonb not null,
    /* The forms, addresses and terms in which its results are wanted. */
    delivery jsonb not null,
    run_uuid uuid not null references runs,
    created_at timestamptz not null default now(),
    /* Whether results are still to be uploaded or told to a webhook, and which process does it for how long. */
    follow_up boolean not null default false,
    holder uuid,
    held_until timestamptz,
    primary key (owner_uuid, task_uuid)
  )`,
  `create unique index api_tasks_run on api_tasks (run_uuid)`,
  `create index api_tasks_follow_up on api_tasks (held_until) where follow_up`,

  `create table api_results (
    owner_uuid uuid not null,
    task_uuid uuid not null,
    step text not null,
    /* How its upload ended: {} or {"error": …}. */
    upload jsonb,
    webhook_attempts int not null default 0,
    /* When it is told next; null once it was told or given up. */
    webhook_at timestamptz,
    webhook_end text check (webhook_end in ('told','givenUp')),
    primary key (owner_uuid, task_uuid, step),
    foreign key (owner_uuid, task_uuid) references api_tasks on delete cascade
  )`,
];
