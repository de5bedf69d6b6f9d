import type { Digest } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { SoftCapability } from "../../contracts/manifest.ts";
import { flattenTask } from "../../contracts/wire/flatten.ts";
import type { WireInference, WireMasking } from "../../contracts/wire/tasks.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { workflowDigest } from "../../engine/language/digest.ts";
import { type ResolvedWorkflow, resolveWorkflow } from "../../engine/resolve.ts";
import { MaskloomError } from "../../errors.ts";
import { type ManifestCatalogue, openCatalogue } from "../catalogue.ts";
import type { ModelSources } from "../model-sources.ts";
import { checkSizes } from "../prepare-workflow.ts";
import { inferenceWorkflow, maskingWorkflow } from "./api-workflow.ts";
import { chooseModel } from "./choose-model.ts";

/** A task that can be executed here, without its pictures. */
export interface PreparedTask {
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
  /** Canonical id, and every name that the model has. */
  readonly model: string;
  readonly names: readonly string[];
  /** US dollars that one call of a paid provider reserves, else 0. */
  readonly reserved: number;
  /** Of the first result; undefined for what has none. */
  readonly seed: number | undefined;
}

export type PrepareTask = (
  task: WireMasking | WireInference,
  request: Readonly<Record<string, unknown>>,
) => Promise<PreparedTask>;

/** What models there are is looked up again after this time, and at once where one is said to be missing. */
const FRESH_MS = 250;
/** Seeds that every JSON parser keeps whole and every provider takes. */
const MAX_SEED = 2 ** 32 - 1;

/**
 * Fields that say nothing with these values: some clients always send them, and the API has a default for one. Without
 * them there is nothing for a model to ignore, and so to warn of.
 */
const UNASKED = [
  ["checkNSFW", false],
  ["acceleration", "none"],
  ["strength", undefined],
] as const satisfies readonly (readonly [keyof WireInference & SoftCapability, unknown])[];

/** @param random in [0, 1) */
export function createPreparation(models: ModelSources, random = Math.random): PrepareTask {
  let known: { readonly catalogue: Promise<ManifestCatalogue>; readonly until: number } | undefined;
  const lookUp = (): Promise<ManifestCatalogue> => {
    const catalogue = openCatalogue(models);
    known = { catalogue, until: performance.now() + FRESH_MS };
    catalogue.catch(() => {
      known = undefined;
    });
    return catalogue;
  };
  return async (task, request) => {
    if (known !== undefined && performance.now() < known.until) {
      try {
        return prepareTask(task, request, await known.catalogue, models, random);
      } catch {
        /* Perhaps it was brought here a moment ago. */
      }
    }
    return prepareTask(task, request, await lookUp(), models, random);
  };
}

function prepareTask(
  task: WireMasking | WireInference,
  request: Readonly<Record<string, unknown>>,
  catalogue: ManifestCatalogue,
  { providers }: Pick<ModelSources, "providers">,
  random: () => number,
): PreparedTask {
  if (task.taskType === "imageMasking") {
    const chosen = chooseModel("detectors", task.model, catalogue, providers);
    const { model, names = [], reserved } = chosen;
    const workflow = maskingWorkflow({ ...task, model }, chosen.named);
    return { ...resolve(workflow, catalogue), model, names, reserved, seed: undefined };
  }
  const chosen = chooseModel("inpainters", task.model, catalogue, providers);
  const { model, names = [], reserved, seeded, provider } = chosen;
  const { soft } = catalogue.inpainterManifest(model, provider).capabilities;
  const { fields } = flattenTask(task.taskType, request);
  const leftOut = new Set(
    UNASKED.filter(
      ([name, value]) => !soft.includes(name) && (task[name] === value || !(name in fields)),
    ).map(([name]) => name),
  );
  const options = { seeded, leftOut, provider: chosen.named };
  const workflow = inferenceWorkflow({ ...task, model }, options);
  return { ...resolve(workflow, catalogue), model, names, reserved, seed: chooseSeed(task, random) };
}

function resolve(workflow: Workflow, catalogue: ManifestCatalogue) {
  const resolved = resolveWorkflow(workflow, catalogue);
  checkSizes(workflow, resolved, catalogue.inpainterManifest);
  /* It was made of JSON. */
  return { workflow, workflowDigest: workflowDigest(workflow as unknown as JsonObject), resolved };
}

function chooseSeed({ seed, numberResults }: WireInference, random: () => number): number {
  if (seed === undefined) return 1 + Math.floor(random() * (MAX_SEED - numberResults));
  const most = Number.MAX_SAFE_INTEGER - (numberResults - 1);
  if (seed <= most) return seed;
  throw new MaskloomError(
    "INPUT_INVALID",
    `seed: expected at most ${most}, so that each of ${numberResults} results has one, received ${seed}`,
  );
}
