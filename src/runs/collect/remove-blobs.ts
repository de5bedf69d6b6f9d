import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";

/**
 * Between the bytes and the row that says what they are, a moment passes; what was put within this time is left to a
 * later look.
 */
const JUST_PUT_MS = 10 * 60_000;

/** Removes bytes that the database has forgotten. @returns how many */
export async function removeBlobs(
  blobs: Pick<BlobStore, "remove">,
  digests: readonly Digest[],
  unlessPutWithinMs = JUST_PUT_MS,
): Promise<number> {
  let removed = 0;
  for (const digest of digests) if (await blobs.remove(digest, { unlessPutWithinMs })) removed += 1;
  return removed;
}
