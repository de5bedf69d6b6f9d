import { workflowSchemaDocument } from "../../contracts/workflow-schema.ts";
import type { ApiAnswer } from "../route.ts";

/** The JSON Schema of the workflow language, which editors fetch for completion. */
export function getWorkflowSchema(): ApiAnswer {
  return { status: 200, headers: { "cache-control": "no-cache" }, body: workflowSchemaDocument() };
}
