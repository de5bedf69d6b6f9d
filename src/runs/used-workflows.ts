import { access } from "node:fs/promises";
import path from "node:path";
import { expandWorkflow, type WorkflowTree } from "../engine/language/expand-workflow.ts";
import { stepsOf } from "../engine/language/field-texts.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import { EXTENSIONS, isFile, loadShippedWorkflow, loadWorkflow } from "./workflow-files.ts";

/** How many workflows may stand within each other. */
const MOST_LEVELS = 8;

interface FoundWorkflow {
  readonly parsed: ParsedWorkflow;
  /** How those that it uses itself are found. */
  readonly find: FindWorkflow;
}

/** A workflow by what a step writes into `workflow`. */
export type FindWorkflow = (name: string) => Promise<FoundWorkflow>;

/** By name among those that come with Maskloom, and nowhere else: what a request may use. */
export const findShipped: FindWorkflow = async (name) => ({
  parsed: await loadShippedWorkflow(name),
  find: findShipped,
});

/** How the workflows are found that this one uses: beside its file, where it is one, and among the shipped ones. */
export function finderFor(nameOrFile: string): FindWorkflow {
  return isFile(nameOrFile) ? findBeside(nameOrFile) : findShipped;
}

/** A path is relative to the file; a name is that of a file beside it, or else of a shipped workflow. */
function findBeside(file: string): FindWorkflow {
  const folder = path.dirname(file);
  return async (name) => {
    const found = isFile(name) ? path.join(folder, name) : await fileNamed(folder, name);
    if (found === null) return findShipped(name);
    return { parsed: await loadWorkflow(found), find: findBeside(found) };
  };
}

async function fileNamed(folder: string, name: string): Promise<string | null> {
  for (const extension of EXTENSIONS) {
    const file = path.join(folder, `${name}${extension}`);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

/**
 * A workflow with all those that it uses, at any depth.
 * @throws WORKFLOW_INVALID where one uses itself or too many stand within each other; what a used one is refused with,
 * after the place of the step
 */
export function readTree(parsed: ParsedWorkflow, find: FindWorkflow): Promise<WorkflowTree> {
  return readBranch(parsed, find, [parsed.file]);
}

/** What is executed in the workflow's place, with the digest by which its runs are known. */
export async function readExpanded(parsed: ParsedWorkflow, find: FindWorkflow): Promise<ParsedWorkflow> {
  return expandWorkflow(await readTree(parsed, find));
}

async function readBranch(
  parsed: ParsedWorkflow,
  find: FindWorkflow,
  chain: readonly string[],
): Promise<WorkflowTree> {
  const used = new Map<string, WorkflowTree>();
  for (const { step, path: place } of stepsOf(parsed.authored)) {
    const name = step["workflow"];
    if (step["task"] !== "use" || typeof name !== "string" || used.has(name)) continue;
    const { line, column, path: field } = parsed.faultAt([...place, "workflow"], "");
    const where = `${parsed.file}:${line}:${column} ${field}`;
    used.set(name, await readUsed(name, find, chain, where));
  }
  return { parsed, used };
}

async function readUsed(
  name: string,
  find: FindWorkflow,
  chain: readonly string[],
  where: string,
): Promise<WorkflowTree> {
  const { parsed, find: findInside } = await find(name).catch((error: unknown) => {
    if (!(error instanceof MaskloomError)) throw error;
    throw new MaskloomError(error.code, `${where}: ${error.message}`, { cause: error });
  });
  const way = [...chain, parsed.file];
  if (chain.includes(parsed.file))
    throw new MaskloomError("WORKFLOW_INVALID", `${where}: a workflow uses itself: ${way.join(" -> ")}.`);
  if (way.length > MOST_LEVELS + 1)
    throw new MaskloomError(
      "WORKFLOW_INVALID",
      `${where}: expected at most ${MOST_LEVELS} workflows within each other: ${way.join(" -> ")}.`,
    );
  return readBranch(parsed, findInside, way);
}
