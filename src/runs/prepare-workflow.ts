import { z } from "zod";
import type { Digest } from "../contracts/ids.ts";
import { isJsonObject, type JsonObject } from "../contracts/json.ts";
import type { DetectorManifest, InpainterManifest, Pipeline } from "../contracts/manifest.ts";
import { ShapeName } from "../contracts/tasks.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { requireShape } from "../detection/masks/require-shape.ts";
import type { ModelShelf } from "../detection/weights/model-library.ts";
import { expandWorkflow } from "../engine/language/expand-workflow.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { type ResolvedWorkflow, resolvedStep, resolveSteps } from "../engine/resolve.ts";
import { settledPlaces, waysOf } from "../engine/resolved-workflow.ts";
import { type PlaceOf, refuseFaults } from "../engine/step-fault.ts";
import { MaskloomError } from "../errors.ts";
import { checkHardCapabilities } from "../inpainting/capabilities.ts";
import { type ManifestCatalogue, openCatalogue } from "./catalogue.ts";
import { checkLiterals } from "./check-literals.ts";
import type { ModelSources } from "./model-sources.ts";
import { type FindWorkflow, findShipped, readTree } from "./used-workflows.ts";

/** A workflow that can be executed here, with providers and models chosen. */
export interface PreparedWorkflow {
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

/** One that was looked at just now. */
interface CheckedWorkflow extends PreparedWorkflow {
  /** What of its steps is ignored or changed where they are executed, with its place; each picture's task says so again. */
  readonly warnings: readonly string[];
}

/**
 * @param models those that may be named
 * @param find the workflows that its steps may use
 * @throws WORKFLOW_INVALID for a workflow within it that does not fit, MODEL_UNKNOWN, MODEL_UNAVAILABLE or
 * PROVIDER_UNAVAILABLE for what is not to be had here, INPUT_INVALID for what a model can never do
 */
export async function prepareWorkflow(
  parsed: ParsedWorkflow,
  models: ModelSources,
  find: FindWorkflow = findShipped,
): Promise<CheckedWorkflow> {
  const tree = await readTree(parsed, find);
  const { document, digest, placeOf } = expandWorkflow(tree);
  const catalogue = await openCatalogue(models);
  const { resolved, faults } = resolveSteps(document, catalogue, placeOf);
  const shelf = await models.look();
  /* All at once: who has mended one of them should not be told of the next. */
  const warnings: string[] = [];
  const unfit = document.steps.flatMap((step, at) => {
    if (resolved.steps[step.id] === undefined) return [];
    const place: PlaceOf = (field) => placeOf(["steps", at, ...field]);
    const one = { ...document, steps: [step] };
    return [
      refusalOf(() => checkSizes(one, resolved, catalogue.inpainterManifest, place)),
      refusalOf(() => warnings.push(...checkInpainters(one, resolved, catalogue, place))),
      refusalOf(() => checkDetectors(one, resolved, shelf, place)),
    ].filter((error) => error !== null);
  });
  refuseFaults([...faults, ...unfit]);
  return { workflow: document, workflowDigest: digest, resolved, warnings };
}

function refusalOf(check: () => unknown): MaskloomError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof MaskloomError && error.code === "INPUT_INVALID") return error;
    throw error;
  }
}

/**
 * What a workflow asks of a model that can never do it; what only a picture decides is checked with that picture.
 * @param placeOf how a field of the step is told; absent, by the step's id
 * @throws INPUT_INVALID naming the step and the field
 */
export function checkSizes(
  { steps }: Pick<Workflow, "steps">,
  resolved: ResolvedWorkflow,
  manifestOf: (model: string, provider: string | null) => InpainterManifest,
  placeOf?: PlaceOf,
): void {
  for (const { id, task } of steps) {
    if (task !== "imageInference") continue;
    const before = placeOf === undefined ? `steps.${id}.` : beforeField(placeOf, "guideSize");
    for (const { fields, model, provider } of settledPlaces(resolvedStep(resolved, id))) {
      const guideSize = z.number().safeParse(fields["guideSize"]).data;
      checkHardCapabilities(manifestOf(model, provider), { guideSize }, before);
    }
  }
}

/** What stands in the steps and would be refused with each picture. @returns what would be ignored or changed, for people */
function checkInpainters(
  { steps }: Pick<Workflow, "steps">,
  resolved: ResolvedWorkflow,
  { inpainterManifest, checkOf }: Pick<ManifestCatalogue, "inpainterManifest" | "checkOf">,
  placeOf: PlaceOf,
): readonly string[] {
  const said = steps.flatMap(({ id, task }) => {
    if (task !== "imageInference") return [];
    return settledPlaces(resolvedStep(resolved, id)).flatMap(({ fields, model, provider }) => {
      const manifest = inpainterManifest(model, provider);
      try {
        return checkLiterals(manifest, fields, checkOf(manifest, provider));
      } catch (error) {
        if (!(error instanceof MaskloomError)) throw error;
        throw new MaskloomError(error.code, `${placeOf([])}: ${error.message}`, { cause: error });
      }
    });
  });
  return [...new Set(said)].map((text) => `${placeOf([])}: ${text}`);
}

/** A place up to the field's own name, which the message goes on with. */
function beforeField(placeOf: PlaceOf, field: string): string {
  return placeOf(field.split(".")).slice(0, -field.length);
}

/** Of the steps' own models; of their fallbacks where they are asked. A shape that a picture decides is checked with it. */
function checkDetectors(
  { steps, defaults }: Workflow,
  resolved: ResolvedWorkflow,
  shelf: ModelShelf,
  placeOf: PlaceOf,
): void {
  for (const step of steps) {
    if (step.task !== "imageMasking") continue;
    for (const { model, fields } of waysOf(resolvedStep(resolved, step.id))) {
      if (model === null) continue;
      const { manifest } = shelf.find(model);
      requireShape(manifest, ShapeName.safeParse(fields["shape"]).data, beforeField(placeOf, "shape"));
      if ((step.strict ?? defaults?.strict) === true) requireTaken(manifest, fields, placeOf);
    }
  }
}

/** Families of detectors that look at a picture once, whole. */
const WITHOUT_TILES: ReadonlySet<string> = new Set<Pipeline["kind"]>(["yolo", "selfie"]);

/**
 * `strict: true`: a field that the detector takes no notice of is an error.
 * @throws INPUT_INVALID
 */
function requireTaken(
  { id, pipeline, detects }: DetectorManifest,
  fields: JsonObject,
  placeOf: PlaceOf,
): void {
  const refuse = (field: string, why: string): never => {
    throw new MaskloomError(
      "INPUT_INVALID",
      `${placeOf(field.split("."))}: ${id} takes no notice of it (strict: true), since ${why}; leave it out, or choose another model`,
    );
  };
  if (fields["tiling"] === "auto" && WITHOUT_TILES.has(pipeline.kind))
    refuse("tiling", "it looks at a picture once, whole");
  const { classes } = { classes: undefined, ...(isJsonObject(fields["select"]) ? fields["select"] : {}) };
  if (classes !== undefined && pipeline.kind !== "yolo")
    refuse("select.classes", `all that it finds is called ${detects}`);
}
