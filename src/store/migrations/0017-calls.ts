import { type Kysely, sql } from "kysely";

/** Calls to paid providers: whose they are, how they are found again, and what they came to. Nothing wrote calls before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table calls
    add column owner_uuid uuid not null references owners,
    add column batch_uuid uuid not null,
    add column run_uuid uuid not null,
    add column model text not null,
    /* Of what is asked for: the next attempt of the task finds its own earlier call by it. */
    add column key text not null,
    /* By what name the provider knows the result. */
    add column provider_id text,
    /* The result itself, so that what was paid for is never asked for twice. */
    add column answer jsonb,
    add column error jsonb`,
  `drop index calls_task`,
  `create index calls_task on calls (task_uuid, key, created_at)`,
  `create index calls_run on calls (run_uuid, provider)`,
  `create index calls_batch on calls (batch_uuid, provider)`,
  `create index calls_owner on calls (owner_uuid, provider, created_at)`,
  `create index calls_recent on calls (provider, created_at)`,
  `create index calls_open on calls (provider, sent_at) where state = 'sent'`,
  `alter table ledger add column provider text`,
  `create index ledger_recent on ledger (at)`,
  `alter table attempts drop constraint attempts_outcome_check`,
  `alter table attempts add constraint attempts_outcome_check check (outcome in
    ('succeeded','cached','skipped','failed','lost','released','cancelled','held','uncertain'))`,
  `create index tasks_parked on tasks (status, provider, seq) where status in ('held', 'uncertain')`,
  `alter table batches add column max_cost numeric check (max_cost >= 0)`,
  /* When the next call may begin, where a provider is called so often a second at most. */
  `create table provider_paces (
    provider text primary key,
    next_at timestamptz not null
  )`,
];
