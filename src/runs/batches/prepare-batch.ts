import type { WorkflowGiven } from "../../contracts/api.ts";
import { newRunUUID } from "../../contracts/ids.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { chooseProviders } from "../../engine/chosen-way.ts";
import { checkInputs, type InputValue } from "../../engine/language/inputs.ts";
import { refuseUnavailable } from "../../engine/refuse-unavailable.ts";
import type { ResolvedWorkflow } from "../../engine/resolved-workflow.ts";
import { MaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { Actor } from "../actions/actor.ts";
import { readGivenWorkflow } from "../given-workflow.ts";
import { pictureField } from "../picture-inputs.ts";
import { type PreparedWorkflow, prepareWorkflow } from "../prepare-workflow.ts";
import { finderOf } from "../saved-workflows.ts";
import type { Services } from "../services.ts";
import { applyMasks, type BatchMasks, checkMaskNames } from "./batch-masks.ts";
import { type BatchSource, itemsOf } from "./batch-source.ts";
import { applyTable, type BatchTable, readBatchTable } from "./batch-table.ts";
import type { FolderReader } from "./folder-reader.ts";
import type { TableRow } from "./inputs-table.ts";
import { spreadSample } from "./spread-sample.ts";
import { requireTableInputs, withoutTableInputs } from "./table-inputs.ts";

export interface BatchWish {
  readonly workflow: WorkflowGiven;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Null where the table says it. */
  readonly source: BatchSource | null;
  /** CSV: inputs.table of a batch. */
  readonly table?: string | undefined;
  /** Masks of single pictures. */
  readonly masks?: BatchMasks | undefined;
  /** So many pictures only, spread evenly over all. */
  readonly sample?: number | undefined;
}

export interface PreparedBatch extends PreparedWorkflow {
  readonly inputs: Record<string, InputValue>;
  /** Name of the input that takes the picture. */
  readonly field: string;
  /** Absolute, links followed, or an address in S3; null where the pictures come from elsewhere. */
  readonly folder: string | null;
  readonly recursive: boolean;
  /** Null where the folder is still to be walked. */
  readonly listed: ListedBatch | null;
}

export interface ListedBatch {
  readonly items: readonly FeedItem[];
  /** How many there are, of which those are a sample. */
  readonly of: number;
  /** Files of the folder whose extension is no picture's. */
  readonly ignored: number;
  /** Rows of the table that are about none of them. */
  readonly unmatched: readonly TableRow[];
}

/** A folder of more is walked while the batch goes on, so it can have neither a table, masks nor a sample. */
const MOST_LISTED = 100_000;

/**
 * A batch before anything is begun: its workflow, its inputs, and its pictures by name.
 * @param isListed whether a folder is walked at once, as it is for a table and for a sample in any case
 * @throws what the workflow and its inputs are refused with; FORBIDDEN, INPUT_MISSING for a folder; INPUT_INVALID for a
 * table, for a name that is given twice, and for a folder that has too many pictures to be listed
 */
export async function prepareBatch(
  { store, folders, models }: Pick<Services, "folders" | "store" | "models">,
  { owner }: Pick<Actor, "owner">,
  wish: BatchWish,
  isListed: boolean,
): Promise<PreparedBatch> {
  const asker = { db: store.db, owner };
  const parsed = await readGivenWorkflow(asker, wish.workflow);
  const prepared = await prepareWorkflow(parsed, models, finderOf(asker));
  const { workflow } = prepared;
  const table = readTable(wish, workflow);
  const inputs = checkInputs(withoutTableInputs(workflow, table, wish.inputs), wish.inputs);
  const { masks = {} } = wish;
  checkMaskNames(workflow, masks);
  const columns = table?.rows.flatMap(({ values }) => Object.keys(values)) ?? [];
  const field = pictureField(workflow, inputs, true, new Set([...Object.keys(masks), ...columns]));
  if (field === null) throw new MaskloomError("INTERNAL", `workflow ${workflow.name} takes no picture`);
  const source = wish.source ?? table?.source ?? null;
  if (source === null) {
    throw new MaskloomError("INPUT_INVALID", "table: expected a column url, or a folder, urls or pictures");
  }
  const isFolder = "folder" in source;
  const folder = isFolder ? await folders.check(source.folder) : null;
  const recursive = isFolder && source.recursive;
  const base = { ...prepared, inputs, field, folder, recursive };
  const isPlain = table === null && wish.sample === undefined && Object.keys(masks).length === 0;
  if (folder !== null && isPlain && !isListed) {
    refuseUnavailable(prepared, inputs);
    return { ...base, listed: null };
  }
  const { items, ignored } = isFolder
    ? await listFolder(folders, folder ?? source.folder, recursive)
    : { items: itemsOf(source), ignored: 0 };
  const filled = table === null ? { items, unmatched: [] } : applyTable(table, items, workflow, wish.inputs);
  requireTableInputs(workflow, inputs, filled.items);
  const masked = await applyMasks(masks, filled.items, workflow, folders);
  const chosen = spreadSample(masked, wish.sample ?? masked.length);
  const named = new Set(chosen.flatMap((item) => Object.keys(item.inputs ?? {})));
  refuseUnavailable(prepared, inputs, { named });
  return {
    ...base,
    listed: { items: chosen, of: items.length, ignored, unmatched: filled.unmatched },
  };
}

/** Where other pictures are given beside it, it does not say which there are: its rows go by names, not by their order. */
function readTable({ table: text, source, inputs }: BatchWish, workflow: Workflow): BatchTable | null {
  if (text === undefined) return null;
  const table = readBatchTable(text, workflow, inputs);
  return source === null ? table : { ...table, source: null };
}

/** Whether any of them may be carried out elsewhere than what is given for all of them says. */
export function chooseTheirProviders(resolved: ResolvedWorkflow, items: readonly FeedItem[]): boolean {
  return items.some(({ inputs }) => chooseProviders(resolved, Object.keys(inputs ?? {})));
}

/** In the order of their names. */
async function listFolder(
  folders: FolderReader,
  folder: string,
  recursive: boolean,
): Promise<{ readonly items: readonly FeedItem[]; readonly ignored: number }> {
  const items: FeedItem[] = [];
  let ignored = 0;
  for await (const find of folders.walk(folder, recursive)) {
    if (find.kind === "ignored") ignored += 1;
    else {
      const source = find.kind === "picture" ? { path: find.path } : { error: find.error };
      items.push({ file: find.name, runUUID: newRunUUID(), source });
    }
    if (items.length <= MOST_LISTED) continue;
    throw new MaskloomError(
      "INPUT_INVALID",
      `folder ${folder}: expected at most ${MOST_LISTED.toLocaleString("en")} pictures for a table, masks, a sample, a dry run or an estimate; there are more. Name a folder inside of it`,
    );
  }
  const order = new Intl.Collator("en", { numeric: true });
  return { items: items.toSorted((a, b) => order.compare(a.file, b.file)), ignored };
}
