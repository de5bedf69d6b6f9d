import pLimit from "p-limit";
import { type BatchUUID, newRunUUID } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { MaskloomError } from "../../errors.ts";
import {
  addFeedItems,
  endFeed,
  type FeedItem,
  nextFeedItems,
  noteBegunItems,
  noteSubmitted,
  noteWalked,
  type OpenFeed,
  stopFeed,
} from "../../store/batch-feeds.ts";
import { mayFail, pauseFailing, readBatchInputs, readBatchStatus } from "../../store/batches.ts";
import { countUnfinishedRuns } from "../../store/resume.ts";
import { mayBegin } from "../owner-limits.ts";
import { pictureField, preparePictures } from "../picture-inputs.ts";
import type { Services } from "../services.ts";
import { type Batch, type Submission, submitRuns } from "../submit.ts";
import { readOwnInputs } from "./batch-masks.ts";
import { fetchItem } from "./feed-item.ts";
import { takeOverFinished } from "./take-over-finished.ts";
import type { WalkFind } from "./walk-folder.ts";

export type FeedServices = Pick<Services, "config" | "store" | "artifacts" | "outside" | "folders">;

/** Runs of a batch under way beyond which nothing is added: pictures are taken in as they are needed. */
const UNDER_WAY = 64;
/** Runs begun in one go, and how many of their pictures are in memory at a time. */
const CHUNK = 16;
const READS_AT_ONCE = 4;
/** Names written down ahead of their turn. */
const NAMES_AHEAD = 256;

interface Feeding {
  readonly services: FeedServices;
  readonly feed: OpenFeed;
  readonly batch: Batch;
  readonly inputs: JsonObject;
  readonly field: string | null;
  readonly walk: AsyncGenerator<WalkFind> | null;
  readonly signal: AbortSignal;
}

/** How a feed stands beside the others of its process. */
interface FeedOptions {
  /** Waits until runs have ended, or a while. */
  readonly room: () => Promise<void>;
  /** Does work that takes memory when it is its turn. */
  readonly turn: (work: () => Promise<void>) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Feeds a batch until everything has begun, it was cancelled or paused, or the signal fires; then another one can go on. */
export async function feedBatch(
  services: FeedServices,
  feed: OpenFeed,
  { room, turn, signal }: FeedOptions,
): Promise<void> {
  const { db } = services.store;
  const { batchUUID, owner, folder } = feed;
  const context = await services.store.batchContext(batchUUID);
  const inputs = await readBatchInputs(db, batchUUID);
  const field = pictureField(context.workflow, inputs, true, masksOf(context.workflow));
  const walk = folder === null || feed.walked ? null : services.folders.walk(folder, feed.recursive);
  const feeding: Feeding = {
    services,
    feed,
    batch: { batchUUID, ...context, owner },
    inputs,
    field,
    walk,
    signal,
  };
  try {
    await keepBeginning(feeding, { room, turn });
  } finally {
    await walk?.return(undefined); // closes the folder it is in
  }
}

/** Given picture by picture, if at all: one that lacks its own says so itself. */
function masksOf({ inputs }: Batch["workflow"]): ReadonlySet<string> {
  return new Set(Object.keys(inputs).filter((name) => inputs[name]?.type === "mask"));
}

async function keepBeginning(
  feeding: Feeding,
  { room, turn }: Pick<FeedOptions, "room" | "turn">,
): Promise<void> {
  const { services, feed, walk, signal } = feeding;
  const { db } = services.store;
  const { batchUUID } = feed;
  await noteBegunItems(db, batchUUID);
  const walked = { done: walk === null, ignored: 0 };
  while (!signal.aborted) {
    const status = await readBatchStatus(db, batchUUID);
    if (status === "paused") return;
    if (status === "cancelled") return stopFeed(db, batchUUID);
    if (await pauseFailing(db, batchUUID)) return services.store.wakeUps.notify("events");
    const free = UNDER_WAY - (await countUnfinishedRuns(db, batchUUID, UNDER_WAY));
    if (free <= 0 || !(await mayBegin(db, feed.owner))) {
      await room();
      continue;
    }
    const items = await nextFeedItems(db, batchUUID, Math.min(free, CHUNK));
    if (items.length > 0) await turn(() => beginStill(feeding, items));
    else if (!walked.done) await walkOn(feeding, walked);
    else if (await isStillCounting(db, batchUUID)) await room();
    else return endFeed(db, batchUUID, null);
  }
}

/** Begins them unless somebody has paused the batch or used up the day while it waited for its turn. */
async function beginStill(feeding: Feeding, items: Parameters<typeof beginItems>[1]): Promise<void> {
  const { services, feed } = feeding;
  const { db } = services.store;
  const isRunning = (await readBatchStatus(db, feed.batchUUID)) === "running";
  if (isRunning && (await mayBegin(db, feed.owner))) await beginItems(feeding, items);
}

/** A batch that stops where too many fail is watched over until its last pictures have ended. */
async function isStillCounting(db: Services["store"]["db"], batchUUID: BatchUUID): Promise<boolean> {
  return (await mayFail(db, batchUUID)) !== null && (await countUnfinishedRuns(db, batchUUID, 1)) > 0;
}

/** Writes down the next names of the folder; those that are known are left as they are. */
async function walkOn(
  { services: { store }, feed, walk }: Feeding,
  walked: { done: boolean; ignored: number },
): Promise<void> {
  const items: FeedItem[] = [];
  while (items.length < NAMES_AHEAD && !walked.done) {
    const next = await walk?.next();
    if (next === undefined || next.done === true) walked.done = true;
    else if (next.value.kind === "ignored") walked.ignored += 1;
    else items.push(itemOf(next.value));
  }
  await addFeedItems(store.db, feed.batchUUID, items);
  if (walked.done) await noteWalked(store.db, feed.batchUUID, walked.ignored);
}

function itemOf(find: Exclude<WalkFind, { kind: "ignored" }>): FeedItem {
  const source = find.kind === "picture" ? { path: find.path } : { error: find.error };
  return { file: find.name, runUUID: newRunUUID(), source };
}

async function beginItems(
  { services, feed, batch, inputs, field, signal }: Feeding,
  items: readonly FeedItem[],
): Promise<void> {
  const limit = pLimit(READS_AT_ONCE);
  const submissions = items.map((item): Submission => {
    const { file, runUUID } = item;
    const prepare = async () => {
      const picture = await fetchItem(services, item, feed.folder, signal);
      const { folders, config } = services;
      const own = await readOwnInputs(item, folders, config.limits.inputBytes);
      const { pictures } = own;
      return preparePictures(services, batch, {
        inputs: { ...inputs, ...own.values },
        field,
        picture,
        pictures,
        file,
      });
    };
    return { file, runUUID, prepare: () => limit(prepare) };
  });
  const interrupted = () => {
    if (signal.aborted)
      throw new MaskloomError("CANCELLED", "the batch is fed by somebody else from here on");
  };
  /* What the end of this process interrupts is no failure of the pictures: the next one begins them. */
  await submitRuns(services.store, batch, submissions, {
    write: async (work) => {
      interrupted();
      await work();
    },
    takeOver: (ready) => takeOverFinished(services, batch, ready, feed.again),
  });
  await noteSubmitted(
    services.store.db,
    items.map(({ runUUID }) => runUUID),
  );
}
