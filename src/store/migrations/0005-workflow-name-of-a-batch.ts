import { type Kysely, sql } from "kysely";

/** A workflow is known by its digest, which its name is no part of: a batch says under which name it was asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table batches add column workflow_name text",
  "update batches b set workflow_name = w.name from workflows w where w.digest = b.workflow_digest",
  "alter table batches alter column workflow_name set not null",
  // Ids need only rise within a transaction (see events.ts), so a session takes fifty at a time and writes one log record.
  "alter table events alter column id set cache 50",
];
