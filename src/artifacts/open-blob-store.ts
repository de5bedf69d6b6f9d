import type { BlobPlace } from "./blob-place.ts";
import type { BlobStore } from "./blob-store.ts";
import { openFileBlobStore } from "./file-blob-store.ts";

/**
 * The driver of S3 is loaded where it is asked for only: it would double what a command loads when it starts.
 * @throws OUTPUT_UNWRITABLE where the place cannot be written to
 */
export async function openBlobStore(place: BlobPlace): Promise<BlobStore> {
  if (place.kind === "file") return openFileBlobStore(place.folder);
  const { openS3BlobStore } = await import("./s3-blob-store.ts");
  return openS3BlobStore(place);
}
