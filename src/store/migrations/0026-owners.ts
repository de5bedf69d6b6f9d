import { type Kysely, sql } from "kysely";

/** What owners may use and are called by, and how all that is theirs is taken away. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table owners
    /* Null = without limit. A day is one of UTC. */
    add column runs_per_day int check (runs_per_day >= 0),
    add column bytes_kept bigint check (bytes_kept >= 0),
    add column tasks_at_once int check (tasks_at_once > 0),
    add column cost_per_day numeric check (cost_per_day >= 0),
    add column labels jsonb not null default '{}',
    /* Since then the row is only what calls and the audit refer to. */
    add column erased_at timestamptz`,
  "alter table keys add column labels jsonb not null default '{}'",

  /* A call stays for what it cost when its task is gone. */
  "alter table calls drop constraint calls_task_uuid_fkey",

  /* What was done stays known; about whom, and with which files, may be taken out of it, and nothing be put in. */
  `create or replace function refuse_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and new.target = 'erased' and new.detail = '{}'::jsonb
        and (new.id, new.at, new.owner_uuid, new.actor, new.action) = (old.id, old.at, old.owner_uuid, old.actor, old.action)
      then return new; end if;
      raise exception 'the audit is append-only';
    end $$`,

  /* Who has a picture, a workflow or a written file: asked when one is erased. */
  "create index artifacts_owner on artifacts (owner_uuid, last_used_at)",
  "create index batches_digest on batches (workflow_digest)",
  "create index written_files_run on written_files (run_uuid)",
  "create index idempotency_keys_made on idempotency_keys (made_uuid)",
  /* Old events go in portions, the oldest first. */
  "create index events_age on events (at)",
];
