import { ArtifactUUID, newArtifactUUID } from "../src/contracts/ids.ts";
import type { LeasedTask } from "../src/store/leases.ts";
import type { TaskServices } from "./tasks/task-services.ts";

/**
 * The output of an earlier task as this one's: the pictures that were made have further names, so that whoever deletes
 * theirs takes nothing from anybody else. What the task was given keeps the name under which it was.
 * @returns null where one of the pictures is gone: then the result is made again
 */
export async function takeUpResult(
  task: LeasedTask,
  output: unknown,
  { artifacts }: Pick<TaskServices, "artifacts">,
): Promise<unknown> {
  const pictures = [...new Set(artifactsIn(output))];
  const there = await Promise.all(pictures.map((uuid) => artifacts.has(task.ownerUUID, uuid)));
  if (!there.every(Boolean)) return null;
  const given = new Set(artifactsIn(task.input));
  const names = new Map(pictures.filter((uuid) => !given.has(uuid)).map((uuid) => [uuid, newArtifactUUID()]));
  if (!(await artifacts.copy(task.ownerUUID, names, task.taskUUID))) return null;
  return renamed(output, names);
}

/** At any depth: a detection may have a mask of its own. */
function artifactsIn(value: unknown): readonly ArtifactUUID[] {
  if (typeof value === "string") return [ArtifactUUID.safeParse(value).data ?? []].flat();
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(artifactsIn) : [];
}

function renamed(value: unknown, names: ReadonlyMap<string, ArtifactUUID>): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item: unknown) => renamed(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)]));
}
