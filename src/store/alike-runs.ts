import { type Kysely, sql } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { RunView } from "../contracts/run.ts";
import { hasFacets, hasText } from "./run-search.ts";
import { selectRuns, withPictures } from "./run-view.ts";
import type { Schema } from "./schema.ts";

/**
 * An owner's other runs of the same picture, whatever it was called then, or of a file of the same name; the newest first.
 */
export async function listAlikeRuns(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  { runUUID, file, pictures: { input } }: Pick<RunView, "runUUID" | "file" | "pictures">,
  limit: number,
): Promise<RunView[]> {
  /* Each time that a picture is taken in it gets a name of its own for the same bytes. */
  const ofPicture = sql`
    select r.uuid from artifacts given join artifacts a on a.digest = given.digest and a.owner_uuid = given.owner_uuid
      join runs r on ${hasFacets(sql`array['artifact:' || a.uuid]`)}
    where given.uuid = ${input}::uuid and given.owner_uuid = ${owner} 
      and jsonb_path_exists(r.inputs, '$.*.uuid ? (@ == $given)', jsonb_build_object('given', a.uuid::text))`;
  const ofName = sql`select r.uuid from runs r where r.owner_uuid = ${owner} and r.file = ${file} and ${hasText(file)}`;
  const { rows } = await selectRuns(
    owner,
    sql`r.uuid <> ${runUUID} and r.uuid in (${ofPicture} union all ${ofName})
      order by r.created_at desc, r.uuid desc limit ${limit}`,
  ).execute(db);
  return withPictures(db, rows);
}
