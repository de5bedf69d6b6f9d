import path from "node:path";
import type { WorkflowGiven } from "../../contracts/api.ts";
import { type ArtifactUUID, type BatchUUID, newRunUUID } from "../../contracts/ids.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { type ErrorRecord, MaskloomError } from "../../errors.ts";
import { addFeedItems, createFeed, type FeedItem } from "../../store/batch-feeds.ts";
import { insertBatch } from "../../store/batches.ts";
import { type Actor, audit } from "../actions/actor.ts";
import { readGivenWorkflow } from "../given-workflow.ts";
import { pictureField } from "../picture-inputs.ts";
import { prepareWorkflow } from "../prepare-workflow.ts";
import { finderOf } from "../saved-workflows.ts";
import type { Services } from "../services.ts";
import { checkFolder } from "./allowed-folders.ts";

/** An upload that was stored, or why it could not be. */
export type Upload =
  | { readonly name: string; readonly digest: string; readonly artifact: ArtifactUUID }
  | { readonly name: string; readonly digest: string; readonly error: ErrorRecord };

export type BatchSource =
  | { readonly folder: string; readonly recursive: boolean }
  | { readonly urls: readonly (string | { readonly url: string; readonly file: string })[] }
  | { readonly uploads: readonly Upload[] };

export interface BatchWish {
  readonly workflow: WorkflowGiven;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly source: BatchSource;
}

/**
 * Writes a batch with what it is to be fed; its runs begin by and by (`startFeeding`).
 * @throws what the workflow and its inputs are refused with; FORBIDDEN, INPUT_MISSING for a folder; INPUT_INVALID where two
 * pictures were given the same name
 */
export async function beginBatch(
  services: Pick<Services, "config" | "store" | "models">,
  actor: Actor,
  batchUUID: BatchUUID,
  { workflow: given, inputs: values, priority, source }: BatchWish,
): Promise<void> {
  const { store, config, models } = services;
  const asker = { db: store.db, owner: actor.owner };
  const { workflow, workflowDigest, resolved } = await prepareWorkflow(
    await readGivenWorkflow(asker, given),
    models,
    finderOf(asker),
  );
  const inputs = checkInputs(workflow, values);
  pictureField(workflow, inputs, true);
  const isFolder = "folder" in source;
  const folder = isFolder ? await checkFolder(source.folder, config.batches.folders) : null;
  const items = isFolder ? [] : itemsOf(source);
  const batch = { batchUUID, owner: actor.owner, workflow, workflowDigest, resolved, inputs, priority };
  await store.db.transaction().execute(async (db) => {
    /* Under a key, since it can be gone on with: nobody ends it because it takes long. */
    await insertBatch(db, { ...batch, resumeKey: `feed:${batchUUID}` });
    await createFeed(db, batchUUID, { folder, recursive: isFolder && source.recursive });
    for (let at = 0; at < items.length; at += PAGE)
      await addFeedItems(db, batchUUID, items.slice(at, at + PAGE));
    await audit(db, actor, "batch.create", batchUUID, folder === null ? { items: items.length } : { folder });
  });
  store.wakeUps.notify("events", "feeds");
}

/** Items written in one statement. */
const PAGE = 1_000;

function itemsOf(source: Exclude<BatchSource, { folder: string }>): FeedItem[] {
  const wanted =
    "urls" in source
      ? source.urls.map((entry) => {
          const { url, file } = typeof entry === "string" ? { url: entry, file: undefined } : entry;
          return { name: file ?? nameOfUrl(url), isGiven: file !== undefined, source: { url } };
        })
      : source.uploads.map((upload) => ({
          name: upload.name,
          isGiven: false,
          source: "artifact" in upload ? { artifact: upload.artifact } : { error: upload.error },
        }));
  const names = new Set<string>();
  for (const { name, isGiven } of wanted) {
    if (!isGiven) continue;
    if (names.has(name))
      throw new MaskloomError("INPUT_INVALID", `urls: expected each name once, got ${name} twice`);
    names.add(name);
  }
  return wanted.map(({ name, isGiven, source: from }) => {
    const file = isGiven ? name : freeName(name, names);
    names.add(file);
    return { file, runUUID: newRunUUID(), source: from };
  });
}

/** The last part of the path: what a browser would save it as. */
function nameOfUrl(url: string): string {
  const last = new URL(url).pathname.split("/").findLast((part) => part !== "") ?? "image";
  try {
    return plainName(decodeURIComponent(last));
  } catch {
    return plainName(last);
  }
}

export function plainName(name: string): string {
  const plain = name
    .replace(/[\p{Cc}/\\]/gu, "_")
    .replace(/^\.+/, "_")
    .slice(0, 200);
  return plain === "" ? "image" : plain;
}

/** a.png, a (2).png, a (3).png … */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const { name: stem, ext } = path.posix.parse(name);
  for (let number = 2; ; number += 1) {
    const free = `${stem} (${number})${ext}`;
    if (!taken.has(free)) return free;
  }
}
