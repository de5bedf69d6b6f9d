import { type Kysely, sql } from "kysely";

/** The audit is read page by page, and a worker says that it takes nothing new. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "create index audit_owner on audit (owner_uuid, id desc)",
  "create index audit_target on audit (target, id desc)",
  "create unique index audit_order on audit (id desc)",
  "alter table workers add column draining boolean not null default false",
];
