import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { type Config, readConfig } from "../config/config.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import type { ModelRefusal } from "../engine/language/unknown-models.ts";
import { MaskloomError } from "../errors.ts";
import { finderOf, loadNamedWorkflow, parseSaved } from "../runs/saved-workflows.ts";
import { type FindWorkflow, finderFor } from "../runs/used-workflows.ts";
import { isFile, loadWorkflow, shippedWorkflowNames } from "../runs/workflow-files.ts";
import { LOCAL_OWNER } from "../store/owners.ts";
import { listSavedWorkflows, type SavedVersion } from "../store/saved-workflows.ts";
import { withStore } from "./keys/with-store.ts";

/** A workflow that a command was given by its name or its path. */
export interface GivenWorkflow {
  readonly parsed: ParsedWorkflow;
  /** How those are found that it uses. */
  readonly find: FindWorkflow;
  /** Null for a file, and for what comes with Maskloom. */
  readonly saved: SavedVersion | null;
}

/**
 * Does something with a workflow. What ends in .yaml, .yml or .json, or holds a slash, is a file; another word is the name of
 * one that comes with Maskloom, or else of one that was saved in this installation, whose database is asked for no other.
 * @param models of a faulty file, its models too are asked about
 * @throws WORKFLOW_UNKNOWN with the nearest name, INPUT_MISSING for a file, WORKFLOW_INVALID with every fault
 */
export async function withNamedWorkflow<Result>(
  nameOrFile: string,
  work: (given: GivenWorkflow) => Promise<Result>,
  models?: ModelRefusal,
): Promise<Result> {
  const isNear = isFile(nameOrFile) || (await shippedWorkflowNames()).includes(nameOrFile);
  if (isNear || !hasInstallation(readConfig())) {
    const parsed = await loadWorkflow(nameOrFile, models).catch(sayFolder(nameOrFile));
    return work({ parsed, find: finderFor(nameOrFile), saved: null });
  }
  return withStore(async ({ db }) => {
    const asker = { db, owner: LOCAL_OWNER };
    const otherwise = ", or a path such as ./my.yaml";
    const named = await loadNamedWorkflow(asker, nameOrFile, otherwise).catch(sayFolder(nameOrFile));
    return work({ ...named, find: finderOf(asker) });
  });
}

/** Where a folder is called so, that is what was meant: the wrong argument, not a name with a slip in it. */
const sayFolder =
  (name: string) =>
  async (error: unknown): Promise<never> => {
    const isFolder = await stat(name).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw error;
    throw new MaskloomError(
      "INPUT_INVALID",
      `workflow ${name}: expected the name of a workflow or a file such as ./my.yaml, this is a folder; ` +
        "name a file in it, or give it as pictures, after the workflow",
      { cause: error },
    );
  };

/** What was saved in this installation, by the name of the owner that the command line works for. */
export async function listSaved<Result>(work: (given: GivenWorkflow) => Promise<Result>): Promise<Result[]> {
  if (!hasInstallation(readConfig())) return [];
  return withStore(async ({ db }) => {
    const find = finderOf({ db, owner: LOCAL_OWNER });
    const results: Result[] = [];
    for (const saved of await listSavedWorkflows(db, LOCAL_OWNER))
      results.push(await work({ parsed: parseSaved(saved), find, saved }));
    return results;
  });
}

/** A database is not made for the sake of a name: where there is none, nothing was saved in it. */
function hasInstallation({ home, database }: Pick<Config, "home" | "database">): boolean {
  const isUsed = ["postgres", "artifacts"].some((folder) => existsSync(path.join(home, folder)));
  return database.url !== undefined || isUsed;
}
