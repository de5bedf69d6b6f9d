import type { BatchUUID } from "../../contracts/ids.ts";
import { addFeedItems, createFeed } from "../../store/batch-feeds.ts";
import { insertBatch } from "../../store/batches.ts";
import { type Actor, audit } from "../actions/actor.ts";
import { assertMayBegin } from "../owner-limits.ts";
import type { Services } from "../services.ts";
import { type BatchWish, prepareBatch } from "./prepare-batch.ts";

/** How a batch goes, whatever it is of. */
export interface BatchRules {
  readonly priority: number;
  /** USD that its calls to providers may cost together. */
  readonly maxCost?: number | undefined;
  /** It pauses itself where so many pictures have failed. */
  readonly maxFailures?: number | undefined;
  /** What earlier batches did is done again. */
  readonly again?: boolean | undefined;
}

/** Items written in one statement. */
const PAGE = 1_000;

/**
 * Writes a batch with what it is to be fed; its runs begin by and by (`startFeeding`).
 * @throws what `prepareBatch` does
 */
export async function beginBatch(
  services: Pick<Services, "folders" | "store" | "models">,
  actor: Actor,
  batchUUID: BatchUUID,
  wish: BatchWish & BatchRules,
): Promise<void> {
  const { store } = services;
  await assertMayBegin(store.db, actor.owner);
  const prepared = await prepareBatch(services, actor, wish, false);
  const { workflow, workflowDigest, resolved, inputs, folder, recursive, listed } = prepared;
  const { priority, maxCost, maxFailures, again = false } = wish;
  const { owner } = actor;
  const batch = {
    batchUUID,
    owner,
    workflow,
    workflowDigest,
    resolved,
    inputs,
    priority,
    maxCost,
    maxFailures,
  };
  const items = listed?.items ?? [];
  await store.db.transaction().execute(async (db) => {
    /* Under a key, since it can be gone on with: nobody ends it because it takes long. */
    await insertBatch(db, { ...batch, resumeKey: `feed:${batchUUID}` });
    await createFeed(db, batchUUID, { folder, recursive, again }, listed);
    for (let at = 0; at < items.length; at += PAGE)
      await addFeedItems(db, batchUUID, items.slice(at, at + PAGE));
    const said = {
      ...(folder === null ? {} : { folder }),
      ...(listed === null ? {} : { items: items.length }),
    };
    await audit(db, actor, "batch.create", batchUUID, said);
  });
  store.wakeUps.notify("events", "feeds");
}
