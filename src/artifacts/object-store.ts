import type { Digest } from "../contracts/ids.ts";

/** What lies directly below a folder of S3: an object, or a part of the names of others. */
export interface ObjectEntry {
  /** Without the folder, without slashes. */
  readonly name: string;
  readonly kind: "file" | "folder";
}

export interface FoundObject {
  readonly bytes: number;
  /** Of its bytes, as whoever wrote it said; null where nobody did. */
  readonly digest: Digest | null;
}

/**
 * Pictures that people keep in S3, by their addresses (s3://bucket/key); what Maskloom keeps there itself is a BlobStore.
 * Errors of a single address are of the codes below, naming it.
 */
export interface ObjectStore {
  /**
   * In the order of S3, page by page: however many there are, no more are kept. Names that no folder of a disk could
   * have (empty, . and ..) are left out.
   * @param folder without a slash at its end
   * @throws INPUT_MISSING for a bucket that is not there or not to be read
   */
  entries(folder: string): AsyncGenerator<ObjectEntry>;
  /** What an address stands for. @throws INPUT_MISSING where it cannot be asked for */
  kindOf(address: string): Promise<"file" | "folder" | null>;
  /** Null where there is none. @throws INPUT_MISSING where it cannot be asked for */
  find(address: string): Promise<FoundObject | null>;
  /** @throws INPUT_MISSING where there is none, or it may not be read; IMAGE_TOO_LARGE beyond `mostBytes` */
  read(address: string, mostBytes?: number): Promise<Buffer>;
  /** Whole or not at all, with its digest. @throws OUTPUT_UNWRITABLE */
  write(address: string, bytes: Uint8Array, mediaType?: string): Promise<void>;
  close(): Promise<void>;
}
