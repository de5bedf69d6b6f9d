import { z } from "zod";
import { findInpainter } from "../../models/registry.ts";
import type { Digest } from "../contracts/ids.ts";
import { isJsonObject, type JsonObject } from "../contracts/json.ts";
import type { DetectorManifest, InpainterManifest, Pipeline } from "../contracts/manifest.ts";
import { ShapeName } from "../contracts/tasks.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { requireShape } from "../detection/masks/require-shape.ts";
import type { ModelLibrary, ModelShelf } from "../detection/weights/model-library.ts";
import { expandWorkflow, type WorkflowTree } from "../engine/language/expand-workflow.ts";
import { refuseNotYet } from "../engine/language/not-yet.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { type ResolvedWorkflow, resolvedStep, resolveWorkflow } from "../engine/resolve.ts";
import { MaskloomError } from "../errors.ts";
import { checkHardCapabilities } from "../inpainting/capabilities.ts";
import { localCatalogue } from "./catalogue.ts";
import { type FindWorkflow, findShipped, readTree } from "./used-workflows.ts";

/** A workflow that can be executed here, with providers and models chosen. */
export interface PreparedWorkflow {
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

/**
 * @param models the detectors that may be named
 * @param find the workflows that its steps may use
 * @throws WORKFLOW_INVALID for a workflow within it that does not fit, FEATURE_NOT_YET naming what this version does not
 * execute, MODEL_UNKNOWN, MODEL_UNAVAILABLE or
 * PROVIDER_UNAVAILABLE for what is not to be had here, INPUT_INVALID for what a model can never do
 */
export async function prepareWorkflow(
  parsed: ParsedWorkflow,
  models: ModelLibrary,
  find: FindWorkflow = findShipped,
): Promise<PreparedWorkflow> {
  const tree = await readTree(parsed, find);
  refuseTree(tree);
  const { document, digest } = expandWorkflow(tree);
  const resolved = resolveWorkflow(document, await localCatalogue(models));
  checkSizes(document, resolved);
  checkDetectors(document, resolved, await models.look());
  return { workflow: document, workflowDigest: digest, resolved };
}

/** Before anything is put together, so that each fault is told of at its own place. */
function refuseTree({ parsed, used }: WorkflowTree): void {
  refuseNotYet(parsed);
  for (const tree of used.values()) refuseTree(tree);
}

/**
 * What a workflow asks of a model that can never do it; what only a picture decides is checked with that picture.
 * @throws INPUT_INVALID naming the step and the field
 */
export function checkSizes(
  { steps }: Pick<Workflow, "steps">,
  resolved: ResolvedWorkflow,
  manifestOf: (model: string) => InpainterManifest = findInpainter,
): void {
  for (const { id, task } of steps) {
    if (task !== "imageInference") continue;
    const step = resolvedStep(resolved, id);
    const guideSize = z.number().safeParse(step.fields["guideSize"]).data;
    if (step.model !== null) checkHardCapabilities(manifestOf(step.model), { guideSize }, `steps.${id}.`);
  }
}

/** Of the steps' own models; of their fallbacks where they are asked. A shape that a picture decides is checked with it. */
function checkDetectors({ steps, defaults }: Workflow, resolved: ResolvedWorkflow, shelf: ModelShelf): void {
  for (const step of steps) {
    if (step.task !== "imageMasking") continue;
    const { model, fields } = resolvedStep(resolved, step.id);
    if (model === null) continue;
    const { manifest } = shelf.find(model);
    const place = `steps.${step.id}.`;
    requireShape(manifest, ShapeName.safeParse(fields["shape"]).data, place);
    if ((step.strict ?? defaults?.strict) === true) requireTaken(manifest, fields, place);
  }
}

/** Families of detectors that look at a picture once, whole. */
const WITHOUT_TILES: ReadonlySet<string> = new Set<Pipeline["kind"]>(["yolo", "selfie"]);

/**
 * `strict: true`: a field that the detector takes no notice of is an error.
 * @throws INPUT_INVALID
 */
function requireTaken({ id, pipeline, detects }: DetectorManifest, fields: JsonObject, place: string): void {
  const refuse = (field: string, why: string): never => {
    throw new MaskloomError(
      "INPUT_INVALID",
      `${place}${field}: ${id} takes no notice of it (strict: true), since ${why}; leave it out, or choose another model`,
    );
  };
  if (fields["tiling"] === "auto" && WITHOUT_TILES.has(pipeline.kind))
    refuse("tiling", "it looks at a picture once, whole");
  const { classes } = { classes: undefined, ...(isJsonObject(fields["select"]) ? fields["select"] : {}) };
  if (classes !== undefined && pipeline.kind !== "yolo")
    refuse("select.classes", `all that it finds is called ${detects}`);
}
