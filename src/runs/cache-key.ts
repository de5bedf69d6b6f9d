import { ArtifactUUID, type OwnerUUID } from "../contracts/ids.ts";
import type { JsonValue } from "../contracts/json.ts";
import { type ResolvedWorkflow, resolvedModel } from "../engine/resolved-workflow.ts";
import type { LeasedTask } from "../store/leases.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import { digestOf } from "./identity.ts";
import { isNoPicture } from "./picture-gone.ts";

/** Of the code between a model and a stored result: masks, zoom, blend, encoding. Changes with any of their pixels. */
const PIXEL_CODE_VERSION = 2;

/** A task's parameters with every image named by content instead of by UUID. */
export const contentOf = (
  { input, ownerUUID }: Pick<LeasedTask, "input" | "ownerUUID">,
  artifacts: ArtifactLibrary,
): Promise<JsonValue> => byContent(input, (uuid) => digestOfArtifact(artifacts, ownerUUID, uuid));

/**
 * What decides a task's result: its content, its seed, provider, model and the versions of weights and code. Two tasks with
 * the same key give the same picture.
 */
export function cacheKeyOf(
  task: Pick<LeasedTask, "taskType" | "step" | "seed" | "provider" | "model">,
  resolved: ResolvedWorkflow,
  content: JsonValue,
): string {
  return digestOf([
    task.taskType,
    content,
    task.taskType === "gather" ? null : task.seed, // of its elements, not of their fan-in
    task.provider,
    task.model,
    resolvedModel(resolved, task).modelDigest,
    PIXEL_CODE_VERSION,
  ]);
}

/** At any depth: a fan-in takes a list of pictures. */
async function byContent(
  value: unknown,
  digestOfImage: (uuid: ArtifactUUID) => Promise<string>,
): Promise<JsonValue> {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") {
    const uuid = ArtifactUUID.safeParse(value);
    return uuid.success ? digestOfImage(uuid.data) : value;
  }
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return Promise.all(value.map((item) => byContent(item, digestOfImage)));
  const entries = Object.entries(value).map(
    async ([name, inner]) => [name, await byContent(inner, digestOfImage)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** A prompt may happen to look like a UUID; a picture that is gone is missed when the task is executed. */
async function digestOfArtifact(
  artifacts: ArtifactLibrary,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
): Promise<string> {
  try {
    return (await artifacts.find(owner, uuid)).digest;
  } catch (error) {
    if (isNoPicture(error)) return uuid;
    throw error;
  }
}
