import type { Digest } from "../contracts/ids.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { refuseNotYet } from "../engine/language/not-yet.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { type ResolvedWorkflow, resolveWorkflow } from "../engine/resolve.ts";
import { localCatalogue } from "./catalogue.ts";

/** A workflow that can be executed here, with providers and models chosen. */
export interface PreparedWorkflow {
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

/**
 * @throws FEATURE_NOT_YET naming what this version does not execute, MODEL_UNKNOWN, MODEL_UNAVAILABLE or
 * PROVIDER_UNAVAILABLE for what is not to be had here
 */
export function prepareWorkflow(parsed: ParsedWorkflow): PreparedWorkflow {
  refuseNotYet(parsed);
  return {
    workflow: parsed.document,
    workflowDigest: parsed.digest,
    resolved: resolveWorkflow(parsed.document, localCatalogue),
  };
}
