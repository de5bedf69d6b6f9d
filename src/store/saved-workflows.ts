import { type Kysely, sql } from "kysely";
import type { Digest, OwnerUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/** One version of a workflow that an owner saved. */
export interface SavedVersion {
  readonly name: string;
  readonly number: number;
  readonly digest: Digest;
  readonly source: string;
  readonly createdAt: Date;
}

/** The newest version of each name that was not given up, by name. */
export async function listSavedWorkflows(db: Kysely<Schema>, owner: OwnerUUID): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select * from (
      select distinct on (name) ${COLUMNS} from workflow_versions
      where owner_uuid = ${owner} order by name, number desc
    ) as newest where source is not null`.execute(db);
  return rows;
}

/** The newest version; null where there is none, or where the name was given up. */
export async function findSavedWorkflow(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  name: string,
): Promise<SavedVersion | null> {
  const { rows } = await sql<SavedVersion>`
    select * from (
      select ${COLUMNS} from workflow_versions
      where owner_uuid = ${owner} and name = ${name} order by number desc limit 1
    ) as newest where source is not null`.execute(db);
  return rows[0] ?? null;
}

/** All that was ever saved under the name, the newest first. */
export async function listSavedVersions(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  name: string,
): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select ${COLUMNS} from workflow_versions
    where owner_uuid = ${owner} and name = ${name} and source is not null order by number desc`.execute(db);
  return rows;
}

const COLUMNS = sql`name, number, digest, source, created_at as "createdAt"`;

export interface NewVersion {
  readonly owner: OwnerUUID;
  readonly name: string;
  /** The newest version as the writer knows it; 0 = none. */
  readonly basedOn: number;
  /** Null = the name is given up. */
  readonly content: { readonly digest: Digest; readonly source: string } | null;
}

/** @returns the version's number; null where another one is the newest */
export async function addVersion(
  db: Kysely<Schema>,
  { owner, name, basedOn, content }: NewVersion,
): Promise<number | null> {
  const { rows } = await sql<{ number: number }>`
    with newest as (
      select number, source from workflow_versions
      where owner_uuid = ${owner} and name = ${name} order by number desc limit 1
    )
    insert into workflow_versions (owner_uuid, name, number, digest, source)
    select ${owner}::uuid, ${name}, coalesce((select number from newest), 0) + 1,
      ${content?.digest ?? null}::text, ${content?.source ?? null}::text
    where coalesce((select case when source is null then 0 else number end from newest), 0) = ${basedOn}::int
    on conflict do nothing
    returning number`.execute(db);
  return rows[0]?.number ?? null;
}
