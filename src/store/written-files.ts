import { type Kysely, sql } from "kysely";
import type { Digest, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/** A file that a run's result was written to. */
export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  readonly runUUID: RunUUID;
  /** Of the file's bytes. */
  readonly digest: Digest;
  /** png, jpg, webp, or the word for bytes copied as they are. */
  readonly format: string;
}

export async function findWrittenFile(db: Kysely<Schema>, path: string): Promise<WrittenFile | null> {
  const row = await db
    .selectFrom("written_files")
    .select(["path", "run_uuid", "digest", "format"])
    .where("path", "=", path)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { path: row.path, runUUID: row.run_uuid, digest: row.digest, format: row.format };
}

/** Said before the file is written: one that is there without a row is somebody else's. */
export async function recordWrittenFile(
  db: Kysely<Schema>,
  owner: OwnerUUID,
  file: WrittenFile,
): Promise<void> {
  const values = { run_uuid: file.runUUID, digest: file.digest, format: file.format };
  await db
    .insertInto("written_files")
    .values({ path: file.path, owner_uuid: owner, ...values })
    .onConflict((conflict) =>
      conflict.column("path").doUpdateSet({ ...values, written_at: sql<Date>`now()` }),
    )
    .execute();
}
