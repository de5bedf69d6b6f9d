import { type Kysely, sql } from "kysely";
import type { BatchSummary, ListedBatch } from "../contracts/api.ts";
import type { ArtifactUUID, BatchUUID, RunUUID } from "../contracts/ids.ts";
import { firstPicture } from "./run-view.ts";
import type { Schema } from "./schema.ts";

const SHOWN = 5;
/** Of its first runs so many are looked at: some may have no picture yet, or one that nobody can show. */
const LOOKED_AT = 12;

interface FirstRun {
  readonly batch_uuid: BatchUUID;
  readonly uuid: RunUUID;
  readonly file: string;
  readonly output: ArtifactUUID | null;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The batches, in their order, with what tells them from each other at a glance. */
export async function asListed(db: Kysely<Schema>, batches: readonly BatchSummary[]): Promise<ListedBatch[]> {
  if (batches.length === 0) return [];
  const uuids = batches.map(({ batchUUID }) => batchUUID);
  const { rows } = await sql<FirstRun>`
    select r.batch_uuid, r.uuid, r.file, r.output, r.inputs from unnest(${uuids}::uuid[]) as b(uuid) cross join lateral (
      select batch_uuid, uuid, file, output, case when output is null then inputs else '{}' end as inputs
      from (
        select batch_uuid, uuid, file, output, inputs, error, created_at from runs where batch_uuid = b.uuid
        order by created_at, uuid limit ${LOOKED_AT}
      ) as first
      where output is not null or error is null or error ->> 'code' not like 'IMAGE\\_%'
      order by created_at, file, uuid
    ) r`.execute(db);
  const feeds = await db
    .selectFrom("batch_feeds")
    .select(["batch_uuid", "folder"])
    .where("batch_uuid", "in", uuids)
    .execute();
  const folders = new Map(feeds.map(({ batch_uuid, folder }) => [batch_uuid, folder]));
  return batches.map((batch) => ({
    ...batch,
    folder: folders.get(batch.batchUUID) ?? null,
    pictures: picturesOf(rows.filter(({ batch_uuid }) => batch_uuid === batch.batchUUID)),
  }));
}

function picturesOf(runs: readonly FirstRun[]): ListedBatch["pictures"] {
  return runs
    .flatMap(({ uuid, file, output, inputs }) => {
      const picture = output ?? firstPicture(inputs);
      return picture === null ? [] : [{ runUUID: uuid, file, picture }];
    })
    .slice(0, SHOWN);
}
