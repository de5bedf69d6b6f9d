import type { FolderList } from "../../contracts/batches.ts";
import type { WalkFind } from "./walk-folder.ts";

/** Folders that batches may read, on this machine and in S3, and what is in them. */
export interface FolderReader {
  /** Those of the configured ones that are here, links followed. */
  roots(): Promise<readonly string[]>;
  /**
   * Where a folder leads that a caller names.
   * @throws FORBIDDEN where it lies outside of the configured ones, whether it exists or not; INPUT_MISSING where there is none
   */
  check(folder: string): Promise<string>;
  /** In no order that is promised; a million files need no more memory than a thousand. */
  walk(folder: string, recursive: boolean): AsyncGenerator<WalkFind>;
  /** A file below a folder, whole. @throws INPUT_MISSING, FORBIDDEN, IMAGE_TOO_LARGE */
  read(file: string, folder: string, mostBytes: number): Promise<Uint8Array>;
  /** One folder with those inside of it; without one, the configured ones. @throws as `check` does */
  list(folder: string | undefined): Promise<FolderList>;
}
