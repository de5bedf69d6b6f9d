import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";
import { type Collected, collectUnused, findUnknownBlobs, forgetCachedResults } from "../../store/collect.ts";
import { collectIntermediates, storedBytes } from "../../store/collect-intermediates.ts";
import { forgetCollected } from "../../store/collected-pictures.ts";
import { forgetApiTasks } from "../../store/forget-api-tasks.ts";
import { forgetEvents } from "../../store/forget-events.ts";
import type { Store } from "../../store/store.ts";
import { forgetLogLines } from "../../store/task-logs.ts";
import { removeBlobs } from "./remove-blobs.ts";

export interface CollectOptions {
  /** Milliseconds since the last use. */
  readonly keepMs: number;
  /** Milliseconds for which events are kept, in which nothing is that is not also in rows of runs and tasks; default: for ever. */
  readonly keepEventsMs?: number;
  /** Bytes of all pictures beyond which what was made on the way goes, however young; default: no limit. */
  readonly mostBytes?: number | undefined;
  /** Also reads the whole folder for bytes that no row knows: what a process left that was killed between the two. */
  readonly thorough: boolean;
  readonly signal: AbortSignal;
}

export interface Garbage {
  /** Names that were removed. */
  readonly pictures: number;
  /** Files that were removed. */
  readonly blobs: number;
}

const NAMES_AT_ONCE = 2_000;
const FILES_AT_ONCE = 1_000;
const EVENTS_AT_ONCE = 5_000;
const LINES_AT_ONCE = 10_000;
/** For so long it is known of a picture when it was removed. Afterwards only what named it tells that there was one. */
const REMEMBERED_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * Removes pictures that nobody used for `keepMs` and no run needs, then the bytes that no picture has any more. Several
 * may do so at the same time, while everything goes on; one that is killed leaves only bytes for the next thorough look.
 */
export async function collectGarbage(
  store: Pick<Store, "db">,
  blobs: BlobStore,
  { keepMs, keepEventsMs, mostBytes, thorough, signal }: CollectOptions,
): Promise<Garbage> {
  let pictures = 0;
  let files = 0;
  const removeAll = async (collectSome: () => Promise<Collected | null>) => {
    for (let found = true; found && !signal.aborted; ) {
      const collected = await collectSome();
      found = collected !== null && collected.pictures > 0;
      pictures += collected?.pictures ?? 0;
      files += await removeBlobs(store, blobs, collected?.digests ?? []);
    }
  };
  await removeAll(() => collectUnused(store.db, { keepMs, most: NAMES_AT_ONCE }));
  if (mostBytes !== undefined) await removeAll(() => collectExcess(store, mostBytes));
  await forgetCachedResults(store.db, keepMs);
  const remembered = { keepMs: REMEMBERED_MS, most: NAMES_AT_ONCE };
  while (!signal.aborted && (await forgetCollected(store.db, remembered)) > 0);
  while (!signal.aborted && (await forgetApiTasks(store.db, { keepMs, most: NAMES_AT_ONCE })) > 0);
  if (keepEventsMs !== undefined) {
    const old = { keepMs: keepEventsMs, most: EVENTS_AT_ONCE };
    while (!signal.aborted && (await forgetEvents(store.db, old)) > 0);
  }
  while (!signal.aborted && (await forgetLogLines(store.db, { keepMs, most: LINES_AT_ONCE })) > 0);
  if (thorough) files += await removeUnknown(store, blobs, signal);
  return { pictures, blobs: files };
}

async function collectExcess({ db }: Pick<Store, "db">, mostBytes: number): Promise<Collected | null> {
  const excess = (await storedBytes(db)) - mostBytes;
  return excess > 0 ? collectIntermediates(db, { excess, most: NAMES_AT_ONCE }) : null;
}

async function removeUnknown(
  store: Pick<Store, "db">,
  blobs: BlobStore,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let some: Digest[] = [];
  const look = async () => {
    removed += await removeBlobs(store, blobs, await findUnknownBlobs(store.db, some));
    some = [];
  };
  for await (const digest of blobs.list()) {
    some.push(digest);
    if (some.length === FILES_AT_ONCE) await look();
    if (signal.aborted) return removed;
  }
  await look();
  return removed;
}
