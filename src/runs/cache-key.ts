import { ArtifactUUID } from "../contracts/ids.ts";
import { type ResolvedWorkflow, resolvedModel } from "../engine/resolved-workflow.ts";
import type { LeasedTask } from "../store/leases.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import { digestOf } from "./identity.ts";

/** Of the code between a model and a stored result: masks, zoom, blend, encoding. Changes with any of their pixels. */
const PIXEL_CODE_VERSION = 1;

/**
 * What decides a task's result: its parameters with every image named by content instead of by UUID, its seed, provider,
 * model and the versions of weights and code. Two tasks with the same key give the same picture.
 */
export async function cacheKeyOf(
  task: Pick<LeasedTask, "ownerUUID" | "taskType" | "step" | "seed" | "provider" | "model" | "input">,
  resolved: ResolvedWorkflow,
  artifacts: ArtifactLibrary,
): Promise<string> {
  const { modelDigest } = resolvedModel(resolved, task);
  const entries = Object.entries(typeof task.input === "object" && task.input !== null ? task.input : {});
  const parameters = await Promise.all(
    entries.map(async ([name, value]: [string, unknown]) => {
      const uuid = ArtifactUUID.safeParse(value);
      return uuid.success ? [name, (await artifacts.find(task.ownerUUID, uuid.data)).digest] : [name, value];
    }),
  );
  return digestOf([
    task.taskType,
    Object.fromEntries(parameters),
    task.seed,
    task.provider,
    task.model,
    modelDigest,
    PIXEL_CODE_VERSION,
  ]);
}
