import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";
import { findUnknownBlobs } from "../../store/collect.ts";
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
  for (const digest of digests) if (await removeUnlessKnown(db, blobs, digest, JUST_PUT_MS)) removed += 1;
  return removed;
}

/**
 * Removes bytes if the database knows nothing of them now. It is asked again for each: removing those before it may have taken
 * minutes, where each is a request to a storage elsewhere, and somebody may have brought the same picture meanwhile.
 * @returns whether it removed them
 */
export async function removeUnlessKnown(
  db: Store["db"],
  blobs: Pick<BlobStore, "remove">,
  digest: Digest,
  unlessPutWithinMs: number,
): Promise<boolean> {
  if ((await findUnknownBlobs(db, [digest])).length === 0) return false;
  return blobs.remove(digest, { unlessPutWithinMs });
}
