import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { blankMask, type Mask, type Size } from "../../src/image/raster.ts";
import { uniteMasks } from "../../src/runs/review/region-pixels.ts";
import type { TaskContext } from "./task-services.ts";

/** A mask of that size; of several their union: the lighter of their levels at each pixel. Errors: MASK_MISMATCH. */
export async function loadMasks(
  { task, services, stopwatch }: Pick<TaskContext, "task" | "services" | "stopwatch">,
  given: ArtifactUUID | readonly ArtifactUUID[],
  size: Size,
): Promise<Mask> {
  const load = (uuid: ArtifactUUID) =>
    stopwatch.time("decode", () => services.images.loadMask(task.ownerUUID, uuid, size));
  if (typeof given === "string") return load(given);
  let whole = blankMask(size);
  for (const uuid of given) whole = uniteMasks(whole, await load(uuid));
  return whole;
}
