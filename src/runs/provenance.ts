import type { OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import { findModel, type ResolvedWorkflow, resolvedStep } from "../engine/resolved-workflow.ts";
import type { Provenance } from "../image/metadata/provenance.ts";
import { packageVersion } from "../package-version.ts";
import { findMakingRun, type MakingRun, type MakingTask } from "../store/made-by.ts";
import type { Store } from "../store/store.ts";
import { weightsOf } from "./model-weights.ts";
import { seedsOf } from "./painted-seeds.ts";

/** Says how pictures came about. */
export interface ProvenanceSource {
  of(run: MakingRun): Promise<Provenance>;
  /** Of what a task has made; null where the task is there no more, or has not ended. */
  ofTask(owner: OwnerUUID, taskUUID: TaskUUID): Promise<Provenance | null>;
}

const VERSION = packageVersion();
const DONE: ReadonlySet<string> = new Set(["succeeded", "cached"]);

/** The same run says the same always, so that a result that is written again has the same bytes. */
export function createProvenanceSource(
  store: Pick<Store, "db" | "batchContext">,
  models: Pick<ModelLibrary, "look">,
): ProvenanceSource {
  /* By model and digest: a model that was replaced has another one. */
  const weights = new Map<string, Promise<string>>();
  const knownWeights = (model: string, digest: string): Promise<string> => {
    const key = `${model} ${digest}`;
    const known =
      weights.get(key) ??
      models.look().then((shelf) => weightsOf(shelf, { model, modelDigest: digest }).join(" "));
    weights.set(key, known);
    return known;
  };

  const stepOf = async (
    resolved: ResolvedWorkflow,
    task: MakingTask,
  ): Promise<Provenance["steps"][number]> => {
    const { step, element, taskUUID, taskType, provider, model, seed } = task;
    const digest = model === null ? "" : digestOf(resolved, task);
    return {
      step,
      element: element ?? undefined,
      taskUUID,
      taskType,
      provider: provider ?? undefined,
      model: model ?? undefined,
      modelDigest: digest || undefined,
      weights: model === null ? undefined : (await knownWeights(model, digest)) || undefined,
      seed: seed ?? undefined,
      seeds: seedsOf(task)?.join(" "),
    };
  };

  const of = async (run: MakingRun): Promise<Provenance> => {
    const { resolved } = await store.batchContext(run.batchUUID);
    const done = run.tasks.filter(({ status }) => DONE.has(status));
    return {
      version: VERSION,
      workflow: run.workflow,
      workflowDigest: run.workflowDigest,
      runUUID: run.runUUID,
      steps: await Promise.all(done.map((task) => stepOf(resolved, task))),
    };
  };

  return {
    of,
    async ofTask(owner, taskUUID) {
      const run = await findMakingRun(store.db, owner, taskUUID);
      return run === null ? null : of(run);
    },
  };
}

/** What an earlier run made with another model is told of with the step's own. */
function digestOf(resolved: ResolvedWorkflow, task: MakingTask): string {
  const own = resolvedStep(resolved, task.step);
  return (findModel(own, task) ?? own).modelDigest;
}
