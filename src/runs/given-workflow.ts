import type { WorkflowGiven } from "../contracts/api.ts";
import { type ParsedWorkflow, parseWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import { type Asker, loadNamedWorkflow } from "./saved-workflows.ts";

/**
 * A document (JSON, or text that holds one) or the name of a saved or a ready-made workflow; never a path of the server's
 * disk.
 * @throws WORKFLOW_UNKNOWN, WORKFLOW_INVALID
 */
export async function readGivenWorkflow(asker: Asker, given: WorkflowGiven): Promise<ParsedWorkflow> {
  if (typeof given !== "string") return parseWorkflow(JSON.stringify(given, null, 2), { file: "workflow" });
  if (/[\n{]/.test(given)) return parseWorkflow(given, { file: "workflow" });
  if (/^[A-Za-z0-9_-]{1,100}$/.test(given))
    return (await loadNamedWorkflow(asker, given, ", or a whole document as YAML or JSON")).parsed;
  throw new MaskloomError(
    "WORKFLOW_UNKNOWN",
    `workflow: expected the name of a workflow or a whole document, got ${JSON.stringify(given.slice(0, 100))}`,
  );
}
