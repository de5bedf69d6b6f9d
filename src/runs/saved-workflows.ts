import type { OwnerUUID } from "../contracts/ids.ts";
import { type ParsedWorkflow, parseWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { appendEvents } from "../store/events.ts";
import {
  addVersion,
  findSavedWorkflow,
  listSavedWorkflows,
  type SavedVersion,
} from "../store/saved-workflows.ts";
import type { Store } from "../store/store.ts";
import { type Actor, audit } from "./actions/actor.ts";
import { type FindWorkflow, findShipped, readExpanded } from "./used-workflows.ts";
import { loadShippedWorkflow, shippedWorkflowNames } from "./workflow-files.ts";

/** Whoever asks by name: an owner's workflows come before the shipped ones, which a later Maskloom may add to. */
export interface Asker {
  readonly db: Store["db"];
  readonly owner: OwnerUUID;
}

/** What a name stands for, with the version of a saved one. */
export interface NamedWorkflow {
  readonly parsed: ParsedWorkflow;
  readonly saved: SavedVersion | null;
}

/**
 * @param otherwise what else the caller takes, for the message
 * @throws WORKFLOW_UNKNOWN with the nearest name of an own or a shipped one
 */
export async function loadNamedWorkflow(
  { db, owner }: Asker,
  name: string,
  otherwise = "",
): Promise<NamedWorkflow> {
  const saved = await findSavedWorkflow(db, owner, name);
  if (saved !== null) return { parsed: parseSaved(saved), saved };
  const shipped = await shippedWorkflowNames();
  if (shipped.includes(name)) return { parsed: await loadShippedWorkflow(name), saved: null };
  const names = [...shipped, ...(await listSavedWorkflows(db, owner)).map((one) => one.name)].sort();
  throw new MaskloomError(
    "WORKFLOW_UNKNOWN",
    `workflow "${name}": expected one of ${names.join(", ")}${otherwise}.${suggestion(name, names)}`,
  );
}

export function parseSaved({ name, source }: Pick<SavedVersion, "name" | "source">): ParsedWorkflow {
  return parseWorkflow(source, { file: name });
}

/** What a request of this owner may use: by name, and never a file. */
export function finderOf(asker: Asker): FindWorkflow {
  const find: FindWorkflow = async (name) => ({
    parsed: (await loadNamedWorkflow(asker, name)).parsed,
    find,
  });
  return find;
}

/** All that can be asked for by name, by name; a saved one hides a shipped one. */
export async function listNamedWorkflows({ db, owner }: Asker): Promise<NamedWorkflow[]> {
  const saved = (await listSavedWorkflows(db, owner)).map((one) => ({ parsed: parseSaved(one), saved: one }));
  const taken = new Set(saved.map(({ parsed }) => parsed.document.name));
  const free = (await shippedWorkflowNames()).filter((name) => !taken.has(name));
  const shipped = free.map(async (name) => ({ ...(await findShipped(name)), saved: null }));
  return [...saved, ...(await Promise.all(shipped))].sort((one, other) =>
    one.parsed.document.name < other.parsed.document.name ? -1 : 1,
  );
}

/**
 * Saves the text under a name, as the version after `basedOn`. The same text again is no new version.
 * @param basedOn the newest version as the writer knows it; 0 = none
 * @throws WORKFLOW_INVALID; INPUT_INVALID where the text says another name; CONFLICT where somebody else saved
 * meanwhile, or where the name is that of a shipped workflow
 */
export async function saveWorkflow(
  { db, wakeUps }: Store,
  actor: Actor,
  name: string,
  { source, basedOn }: { readonly source: string; readonly basedOn: number },
): Promise<void> {
  const asker = { db, owner: actor.owner };
  const parsed = parseWorkflow(source, { file: name });
  const { digest } = await readExpanded(parsed, finderOf(asker));
  await requireOwnName(parsed, name);
  await db.transaction().execute(async (transaction) => {
    const newest = await findSavedWorkflow(transaction, actor.owner, name);
    if (newest?.source === source && newest.number === basedOn) return;
    const content = { digest, source };
    const number = await addVersion(transaction, { owner: actor.owner, name, basedOn, content });
    if (number === null) throw notTheNewest(name, basedOn, newest?.number ?? 0);
    await audit(transaction, actor, "workflow.save", name, { number, digest });
    await appendEvents(transaction, [{ type: "workflow.saved", owner: actor.owner, data: { name, number } }]);
  });
  wakeUps.notify("events");
}

/**
 * Gives the name up: what was saved stays known by its runs and versions.
 * @throws WORKFLOW_UNKNOWN where the owner has saved none of this name
 */
export async function removeWorkflow({ db, wakeUps }: Store, actor: Actor, name: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const newest = await findSavedWorkflow(transaction, actor.owner, name);
    if (newest === null)
      throw new MaskloomError(
        "WORKFLOW_UNKNOWN",
        `workflow "${name}": expected one that you saved; those that come with Maskloom stay`,
      );
    const given = { owner: actor.owner, name, basedOn: newest.number, content: null };
    if ((await addVersion(transaction, given)) === null) throw notTheNewest(name, newest.number, null);
    await audit(transaction, actor, "workflow.remove", name);
    await appendEvents(transaction, [{ type: "workflow.removed", owner: actor.owner, data: { name } }]);
  });
  wakeUps.notify("events");
}

async function requireOwnName({ document }: ParsedWorkflow, name: string): Promise<void> {
  if (document.name !== name)
    throw new MaskloomError(
      "INPUT_INVALID",
      `workflow "${name}": expected the text to say name: ${name}, it says name: ${document.name}`,
    );
  if ((await shippedWorkflowNames()).includes(name))
    throw new MaskloomError(
      "CONFLICT",
      `workflow "${name}" comes with Maskloom and stays as it is: save yours under another name`,
    );
}

function notTheNewest(name: string, basedOn: number, newest: number | null): MaskloomError {
  const here = newest === null ? "there is a newer one" : newest === 0 ? "there is none" : `it is ${newest}`;
  return new MaskloomError(
    "CONFLICT",
    `workflow "${name}": expected its newest version to be ${basedOn === 0 ? "none" : basedOn}, ${here}; somebody saved or removed it meanwhile: look at it and save again`,
  );
}
