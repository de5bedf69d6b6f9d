import type { Digest } from "../contracts/ids.ts";

/** Bytes at rest, named by their SHA-256. */
export type StoredBlob = {
  readonly digest: Digest;
  /** Length in bytes. */
  readonly bytes: number;
};

/** What can be stored: bytes in memory, or a stream that is hashed while it is written. */
export type BlobSource = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Content-addressed, immutable storage. Putting the same bytes twice stores them once; a reader sees a blob
 * whole or not at all. Metadata (who, which run, which type) lives in Postgres.
 */
export interface BlobStore {
  /** @throws DISK_FULL when there is no room */
  put(source: BlobSource): Promise<StoredBlob>;
  /**
   * The whole blob. Its digest is checked unless `verify: false`.
   * @throws NOT_FOUND, or ARTIFACT_CORRUPT where the stored bytes do not match their name
   */
  get(digest: Digest, options?: { readonly verify?: boolean }): Promise<Buffer>;
  /** The blob in chunks; the stream fails at its end when the digest does not match. @throws NOT_FOUND at once */
  stream(digest: Digest): Promise<NodeJS.ReadableStream>;
  /** Length in bytes, or null where there is no such blob. */
  size(digest: Digest): Promise<number | null>;
  has(digest: Digest): Promise<boolean>;
  /**
   * True if it was removed.
   * @param unlessPutWithinMs leaves it alone if it was put so lately, anew or again: its putter may be about to say what
   * it is for
   */
  remove(digest: Digest, options?: { readonly unlessPutWithinMs?: number }): Promise<boolean>;
  /**
   * Says that this installation keeps its bytes here.
   * @returns whether it is the only one that ever did: bytes that it knows nothing of may be another's
   */
  claim(installation: string): Promise<boolean>;
  /** Every blob that is there, in no order; what is put meanwhile may be missing. */
  list(): AsyncIterable<Digest>;
  /** Absolute path of the blob where the store is a local folder: a capability, absent elsewhere. */
  pathOf?(digest: Digest): string;
}
