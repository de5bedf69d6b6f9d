import { type Kysely, sql } from "kysely";

/**
 * What runs are searched and filtered by: columns of their own rows, so that one table has all that a list asks for. They
 * follow from what is written anyway; triggers keep them, whoever writes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** Worst of the regions of all steps; what is no number is none. */
const FACTS = `
  select t.run_uuid, sum(t.cost) as cost,
    coalesce(array_agg(distinct t.model) filter (where t.model is not null), '{}') as models,
    coalesce(array_agg(distinct t.provider) filter (where t.provider is not null), '{}') as providers,
    max((select max(v::float8) from jsonb_path_query(t.output, '$.quality.regions[*].seam ? (@.type() == "number")') v)) as seam,
    min((select min(v::float8) from
      jsonb_path_query(t.output, '$.quality.regions[*].sharpnessGain ? (@.type() == "number")') v)) as sharpness
  from tasks t`;
const TAKE_FACTS = `cost = f.cost, models = f.models, providers = f.providers, seam = f.seam, sharpness = f.sharpness`;

const STATEMENTS = [
  /* One array for one index: what a run has, each with its kind in front. */
  `create function run_facets(models text[], providers text[], tags text[], error jsonb, inputs jsonb, output uuid)
    returns text[] language sql immutable parallel safe as $$
    select array(
      select 'model:' || m from unnest(models) m
      union all select 'provider:' || p from unnest(providers) p
      union all select 'tag:' || t from unnest(tags) t
      union all select 'error:' || (error->>'code') where error->>'code' is not null
      union all select 'artifact:' || (u #>> '{}') from jsonb_path_query(inputs, '$.*.uuid') u
      union all select 'artifact:' || output::text where output is not null
    ) $$`,
  `create function run_text(file text, error jsonb, tags text[]) returns text language sql immutable parallel safe as $$
    select lower(concat_ws(' ', file, error->>'code', error->>'message', array_to_string(tags, ' '))) $$`,

  `alter table runs
    add column models text[] not null default '{}',
    add column providers text[] not null default '{}',
    add column cost numeric,
    add column seam float8,
    add column sharpness float8`,
  `update runs r set ${TAKE_FACTS} from (${FACTS} group by t.run_uuid) f where f.run_uuid = r.uuid`,
  `alter table runs
    add column duration_ms bigint generated always as
      ((extract(epoch from ended_at - coalesce(started_at, created_at)) * 1000)::bigint) stored,
    add column facets text[] generated always as (run_facets(models, providers, tags, error, inputs, output)) stored,
    add column search text generated always as (run_text(file, error, tags)) stored`,

  `create function note_run_end() returns trigger language plpgsql set search_path from current as $$
    begin
      if pg_trigger_depth() > 1 then return null; end if;
      update runs r set ${TAKE_FACTS}
      from (${FACTS} join after a on a.uuid = t.run_uuid join before b on b.uuid = a.uuid
        where a.ended_at is not null and a.status <> b.status group by t.run_uuid) f
      where f.run_uuid = r.uuid;
      return null;
    end $$`,
  `create trigger runs_note_end after update on runs referencing old table as before new table as after
    for each statement execute function note_run_end()`,

  /* A run under way is found by its models and providers, too. */
  `create function note_run_tasks() returns trigger language plpgsql set search_path from current as $$
    begin
      update runs r set
        models = array(select distinct m from unnest(r.models || f.models) m),
        providers = array(select distinct p from unnest(r.providers || f.providers) p)
      from (
        select run_uuid,
          coalesce(array_agg(distinct model) filter (where model is not null), '{}') as models,
          coalesce(array_agg(distinct provider) filter (where provider is not null), '{}') as providers
        from created group by run_uuid) f
      where f.run_uuid = r.uuid and not (r.models @> f.models and r.providers @> f.providers);
      return null;
    end $$`,
  `create trigger tasks_note_run after insert on tasks referencing new table as created
    for each statement execute function note_run_tasks()`,

  "create index runs_status on runs (owner_uuid, status, created_at desc, uuid desc)",
  "create index runs_ended on runs (owner_uuid, ended_at) where ended_at is not null",
  "create index runs_duration on runs (owner_uuid, duration_ms) where duration_ms is not null",
  "create index runs_cost on runs (owner_uuid, cost) where cost > 0",
  "create index runs_seam on runs (owner_uuid, seam) where seam is not null",
  "create index runs_sharpness on runs (owner_uuid, sharpness) where sharpness is not null",
  "create index runs_facets on runs using gin (facets)",
  "create index batches_workflow on batches (owner_uuid, workflow_name)",
  "create index tasks_ended on tasks (ended_at) where ended_at is not null",
  "create index artifacts_task on artifacts (task_uuid) where task_uuid is not null",

  /*
   * Any part of a text is found by the trigrams in it. The extension is PostgreSQL's own; where this user may not create it,
   * searching still works and only takes longer.
   */
  `do $$
    declare place text;
    begin
      begin
        create extension if not exists pg_trgm schema public;
      exception when others then raise notice 'pg_trgm: %', sqlerrm;
      end;
      select n.nspname into place from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
      if place is not null then
        execute format('create index runs_search on runs using gin (search %I.gin_trgm_ops)', place);
      end if;
    end $$`,
];
