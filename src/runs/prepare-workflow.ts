import type { Digest } from "../contracts/ids.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
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
 * @param models the detectors that may be named
 * @throws FEATURE_NOT_YET naming what this version does not execute, MODEL_UNKNOWN, MODEL_UNAVAILABLE or
 * PROVIDER_UNAVAILABLE for what is not to be had here
 */
export async function prepareWorkflow(
  parsed: ParsedWorkflow,
  models: ModelLibrary,
): Promise<PreparedWorkflow> {
  refuseNotYet(parsed);
  return {
    workflow: parsed.document,
    workflowDigest: parsed.digest,
    resolved: resolveWorkflow(parsed.document, await localCatalogue(models)),
  };
}
