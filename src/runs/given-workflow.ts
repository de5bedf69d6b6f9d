import type { WorkflowGiven } from "../contracts/api.ts";
import { type ParsedWorkflow, parseWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import { loadShippedWorkflow } from "./workflow-files.ts";

/**
 * A document (JSON, or text that holds one) or the name of a ready-made workflow; never a path of the server's disk.
 * @throws WORKFLOW_UNKNOWN, WORKFLOW_INVALID
 */
export async function readGivenWorkflow(given: WorkflowGiven): Promise<ParsedWorkflow> {
  if (typeof given !== "string") return parseWorkflow(JSON.stringify(given, null, 2), { file: "workflow" });
  if (/[\n{]/.test(given)) return parseWorkflow(given, { file: "workflow" });
  if (/^[A-Za-z0-9_-]{1,100}$/.test(given))
    return loadShippedWorkflow(given, ", or a whole document as YAML or JSON");
  throw new MaskloomError(
    "WORKFLOW_UNKNOWN",
    `workflow: expected the name of a ready-made workflow or a whole document, got ${JSON.stringify(given.slice(0, 100))}`,
  );
}
