import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";
import { readInstallation } from "../../store/secrets.ts";
import type { Store } from "../../store/store.ts";

/**
 * Between the bytes and the row that says what they are, a moment passes; what was put within this time is left to a
 * later look.
 */
const JUST_PUT_MS = 10 * 60_000;

/**
 * Removes bytes that the database has forgotten. None where another installation keeps its bytes in the same place, since
 * they may be its own.
 * @returns how many
 */
export async function removeBlobs(
  { db }: Pick<Store, "db">,
  blobs: Pick<BlobStore, "remove" | "claim">,
  digests: readonly Digest[],
): Promise<number> {
  if (digests.length === 0 || !(await blobs.claim(await readInstallation(db)))) return 0;
  let removed = 0;
  for (const digest of digests)
    if (await blobs.remove(digest, { unlessPutWithinMs: JUST_PUT_MS })) removed += 1;
  return removed;
}
