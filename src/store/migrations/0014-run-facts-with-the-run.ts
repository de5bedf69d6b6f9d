import { type Kysely, sql } from "kysely";

/**
 * The facts of a run are written by the statements that begin and end it. The triggers wrote the same in an update of
 * their own, which cost a third of the engine's throughput: each one enters the run in all its indexes anew.
 *
 * What lists are searched by has an index for runs that have ended: a run is entered there once, not at every step of
 * its life. Those under way are few, and have an index of their own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "drop trigger runs_note_end on runs",
  "drop trigger tasks_note_run on tasks",
  "drop function note_run_end",
  "drop function note_run_tasks",
  "drop index runs_facets",
  "create index runs_facets on runs using gin (facets) where ended_at is not null",
  /* The operators of the trigrams are wherever their extension is; without it there was no such index. */
  `do $$
    declare place text;
    begin
      drop index if exists runs_search;
      select n.nspname into place from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
      if place is not null then
        execute format('create index runs_search on runs using gin (search %I.gin_trgm_ops) where ended_at is not null', place);
      end if;
    end $$`,

  /* A list by workflow is planned by what is known of the batches: a few of them may hold all runs there are. */
  "alter table batches set (autovacuum_analyze_threshold = 1)",
];
