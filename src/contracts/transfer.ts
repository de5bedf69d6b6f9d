import { z } from "zod";

/* An installation as a folder, to be taken to another database or another store. */

export const TRANSFER_FORMAT = 1;

const Count = z.int().min(0);

/** Written last: a folder without it is an export that did not come to its end. */
export const TransferManifest = z.strictObject({
  format: z.int(),
  /** Of Maskloom. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** Where it comes from. */
  installation: z.string(),
  /** The last migration of its tables. */
  schema: z.string(),
  /** In the order in which they refer to each other. */
  tables: z.array(
    z.strictObject({ name: z.string(), rows: Count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  /** Files of pictures, by their digests. */
  files: Count,
  bytes: Count,
  /** Digests of files that were not there to be copied. */
  missing: z.array(z.string()),
});
export type TransferManifest = z.output<typeof TransferManifest>;
