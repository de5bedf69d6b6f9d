import { type Kysely, sql } from "kysely";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { Schema } from "../../src/store/schema.ts";

/** What one in so many runs is, so that filters of every selectivity have something to find. */
const STATEMENTS = (count: number) => [
  sql`create or replace function seed_uuid(name text) returns uuid language sql immutable as
    $$ select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid $$`,
  sql`insert into workflows (digest, name, document) select encode(sha256(('seed-' || w)::bytea), 'hex'), 'workflow-' || w, '{}' from generate_series(0, 9) w
    on conflict do nothing`,
  /* 50 runs each; the workflow of the first 9 of 10 is one of 9, the tenth is rare. */
  sql`insert into batches (uuid, owner_uuid, workflow_digest, workflow_name, resolved, status, complete, created_at)
    select seed_uuid('batch' || b), ${LOCAL_OWNER}, encode(sha256(('seed-' || b % 9)::bytea), 'hex'),
      case when b % 997 = 7 then 'workflow-rare' else 'workflow-' || b % 9 end, '{}', 'ended', true,
      now() - (${count} / 50 - b) * interval '10 minutes'
    from generate_series(0, ${Math.ceil(count / 50)}::int - 1) b`,
  sql`insert into runs (uuid, batch_uuid, owner_uuid, workflow_digest, file, status, inputs, output, error, tags,
      models, providers, cost, seam, sharpness, created_at, started_at, ended_at)
    select seed_uuid('run' || n), seed_uuid('batch' || n / 50), ${LOCAL_OWNER}, encode(sha256(('seed-' || n / 50 % 9)::bytea), 'hex'),
      case when n % 1000 = 3 then 'holiday/' else 'studio/' end || 'IMG_' || lpad(n::text, 7, '0') || '.jpg',
      case when n % 50 = 1 then 'failed' when n % 400 = 5 then 'partial' when n % 5000 = 4 then 'running' else 'succeeded' end,
      jsonb_build_object('image', jsonb_build_object('uuid', seed_uuid('input' || n), 'meta', '{}'::jsonb)),
      case when n % 50 <> 1 then seed_uuid('output' || n) end,
      case when n % 50 = 1 then jsonb_build_object('code', (array['IMAGE_UNREADABLE', 'NOTHING_DETECTED'])[1 + n / 50 % 2],
        'message', 'file ' || n || ' could not be used') end,
      case when n % 400 = 5 then array['keep'] else '{}' end,
      array['lama', case when n % 2000 = 9 then 'hand-landmarks' else 'face-full-range' end], array['local'],
      case when n % 10 = 0 then n % 100 / 1000.0 end, n % 500 / 50.0, n % 7 - 1,
      now() - (${count} - n) * interval '12 seconds', now() - (${count} - n) * interval '12 seconds',
      case when n % 5000 <> 4 then now() - (${count} - n) * interval '12 seconds' + n % 60 * interval '1 second' end
    from generate_series(0, ${count}::int - 1) n`,
  sql`insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, task_type, status, queue, provider, model, output, cost,
      created_at, started_at, ended_at)
    select seed_uuid(s || n), seed_uuid('run' || n), seed_uuid('batch' || n / 50), ${LOCAL_OWNER}, s,
      case s when 'faces' then 'imageMasking' else 'imageInference' end, 'succeeded',
      case s when 'faces' then 'masking' else 'inpainting-local' end, 'local',
      case when s = 'detail' then 'lama' when n % 2000 = 9 then 'hand-landmarks' else 'face-full-range' end,
      case s when 'faces' then jsonb_build_object('maskImage', seed_uuid('mask' || n)) else jsonb_build_object('quality',
        jsonb_build_object('regions', jsonb_build_array(jsonb_build_object('seam', n % 500 / 50.0, 'sharpnessGain', n % 7 - 1))))
      end,
      case when s = 'detail' and n % 10 = 0 then n % 100 / 1000.0 end,
      now() - (${count} - n) * interval '12 seconds', now() - (${count} - n) * interval '12 seconds',
      now() - (${count} - n) * interval '12 seconds' + interval '2 seconds'
    from generate_series(0, ${count}::int - 1) n, unnest(array['faces', 'detail']) s`,
  sql`vacuum analyze runs`,
  sql`analyze tasks`,
  sql`analyze batches`,
];

/** Runs of the local owner with two tasks each, 50 in a batch, spread over the past at one in twelve seconds; no picture is stored. */
export async function seedRuns(db: Kysely<Schema>, count: number): Promise<void> {
  for (const statement of STATEMENTS(count)) await statement.execute(db);
}
