import { type Kysely, sql } from "kysely";

/** Tasks of the wire that are answered without a run, uploads and deletions: so that their UUIDs are taken, too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table api_tasks alter column run_uuid drop not null, alter column delivery drop not null,
    /* The item of data that it was answered with. */
    add column answer jsonb,
    add constraint api_tasks_run_or_answer check ((run_uuid is null) = (answer is not null)),
    add constraint api_tasks_run_and_delivery check ((run_uuid is null) = (delivery is null))`,
  `create index api_tasks_picture on api_tasks (owner_uuid, (coalesce(answer->>'imageUUID', answer->>'mediaUUID')))
    where answer is not null`,
];
