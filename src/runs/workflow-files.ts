import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type ParsedWorkflow, parseWorkflow } from "../engine/language/parse-workflow.ts";
import type { ModelRefusal } from "../engine/language/unknown-models.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";
import { PACKAGE_ROOT } from "../package-root.ts";

const SHIPPED = path.join(PACKAGE_ROOT, "workflows");
/** Of workflow files. */
export const EXTENSIONS = [".yaml", ".yml", ".json"];
const MOST_BYTES = 1024 * 1024;

/** Names of the workflows that come with Maskloom. */
export async function shippedWorkflowNames(): Promise<string[]> {
  const files = await readdir(SHIPPED);
  return files
    .filter((file) => EXTENSIONS.includes(path.extname(file)))
    .map((file) => path.parse(file).name)
    .sort();
}

/**
 * A shipped workflow by name, or a file by path: what ends in .yaml, .yml or .json, or holds a slash, is a file.
 * @param models of a faulty file, its models too are asked about
 * @throws WORKFLOW_UNKNOWN with the nearest name, INPUT_MISSING for a file, WORKFLOW_INVALID with every fault
 */
export async function loadWorkflow(nameOrFile: string, models?: ModelRefusal): Promise<ParsedWorkflow> {
  const asked = models === undefined ? {} : { models };
  if (isFile(nameOrFile))
    return parseWorkflow(await readWorkflowFile(nameOrFile), { file: nameOrFile, ...asked });
  return loadShippedWorkflow(nameOrFile, ", or a path such as ./my.yaml");
}

/**
 * A shipped workflow by name, and nothing else.
 * @param otherwise what else the caller takes, for the message
 * @throws WORKFLOW_UNKNOWN with the nearest name
 */
export async function loadShippedWorkflow(name: string, otherwise = ""): Promise<ParsedWorkflow> {
  const names = await shippedWorkflowNames();
  if (!names.includes(name)) {
    throw new MaskloomError(
      "WORKFLOW_UNKNOWN",
      `workflow "${name}": expected one of ${names.join(", ")}${otherwise}.${suggestion(name, names)}`,
    );
  }
  return parseWorkflow(await readShippedSource(name), { file: `workflows/${name}.yaml` });
}

/** The text of a shipped workflow, comments included; the name is one of `shippedWorkflowNames`. */
export function readShippedSource(name: string): Promise<string> {
  return readFile(path.join(SHIPPED, `${name}.yaml`), "utf8");
}

/** Whether what names a workflow is a path; otherwise it is a name. */
export function isFile(nameOrFile: string): boolean {
  return EXTENSIONS.includes(path.extname(nameOrFile).toLowerCase()) || /[\\/]/.test(nameOrFile);
}

async function readWorkflowFile(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length <= MOST_BYTES) return bytes.toString("utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      const { dir, name } = path.parse(file);
      const isShipped = ["", "."].includes(dir) && (await shippedWorkflowNames()).includes(name);
      const meant = isShipped ? `; the one that comes with Maskloom is called ${name}` : "";
      throw new MaskloomError("INPUT_MISSING", `workflow ${file}: expected a file, there is none${meant}`, {
        cause: error,
      });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_INVALID", `workflow ${file}: cannot be read: ${reason}`, { cause: error });
  }
  throw new MaskloomError("INPUT_INVALID", `workflow ${file}: expected at most 1 MiB`);
}
