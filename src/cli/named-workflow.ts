import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, readConfig } from "../config/config.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import type { ModelRefusal } from "../engine/language/unknown-models.ts";
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
    const parsed = await loadWorkflow(nameOrFile, models);
    return work({ parsed, find: finderFor(nameOrFile), saved: null });
  }
  return withStore(async ({ db }) => {
    const asker = { db, owner: LOCAL_OWNER };
    const named = await loadNamedWorkflow(asker, nameOrFile, ", or a path such as ./my.yaml");
    return work({ ...named, find: finderOf(asker) });
  });
}

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
