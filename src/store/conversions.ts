import { type Kysely, sql } from "kysely";
import type { Digest } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

/** A stored picture in another format. */
export interface ConversionKey {
  /** Of the bytes that were converted. */
  readonly source: Digest;
  readonly format: string;
  /** 1..100; 0 where the format has none. */
  readonly quality: number;
}

export interface Conversion {
  readonly digest: Digest;
  readonly bytes: number;
}

export async function findConversion(db: Kysely<Schema>, key: ConversionKey): Promise<Conversion | null> {
  const row = await db
    .selectFrom("conversions as c")
    .innerJoin("blobs as b", "b.digest", "c.digest")
    .select(["b.digest", "b.bytes"])
    .where("c.source", "=", key.source)
    .where("c.format", "=", key.format)
    .where("c.quality", "=", key.quality)
    .executeTakeFirst();
  return row === undefined ? null : { digest: row.digest, bytes: Number(row.bytes) };
}

interface NewConversion extends Conversion {
  readonly mediaType: string;
}

/** Remembers bytes that are already stored; a second conversion to the same is the same. */
export async function saveConversion(
  db: Kysely<Schema>,
  { source, format, quality }: ConversionKey,
  { digest, bytes, mediaType }: NewConversion,
): Promise<void> {
  await sql`
    with stored as (
      insert into blobs (digest, bytes, media_type, width, height)
      select ${digest}, ${bytes}, ${mediaType}, width, height from blobs where digest = ${source}
      on conflict (digest) do update set last_used_at = now()
      returning digest
    )
    insert into conversions (source, format, quality, digest)
    select ${source}, ${format}, ${quality}::int, digest from stored
    on conflict (source, format, quality) do update set digest = excluded.digest`.execute(db);
}
