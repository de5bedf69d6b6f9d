import type { Workflow } from "../contracts/workflow.ts";

/**
 * Whether an expression of the workflow may see the run's own UUID or file name, which make the result another one for
 * each picture. A text that only looks like it costs the sharing, nothing else.
 */
export function mentionsRun({ steps, defaults, output, outputs }: Workflow): boolean {
  return /\brun\s*[.[]/.test(JSON.stringify([steps, defaults ?? null, output ?? null, outputs ?? null]));
}
