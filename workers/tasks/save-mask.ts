import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { encodeMask } from "../../src/image/codec.ts";
import type { Mask } from "../../src/image/raster.ts";
import { untilAborted } from "../../src/until-aborted.ts";
import type { TaskContext } from "./task-services.ts";

/** A mask at rest: 8-bit grey, lossless. */
export async function saveMask(
  { task, services, stopwatch, signal }: TaskContext,
  mask: Mask,
): Promise<ArtifactUUID> {
  const bytes = await stopwatch.time("encode", () => untilAborted(encodeMask(mask), signal));
  const saved = await stopwatch.time("store", () =>
    services.artifacts.save(bytes, {
      owner: task.ownerUUID,
      kind: "mask",
      mediaType: "image/png",
      width: mask.width,
      height: mask.height,
      taskUUID: task.taskUUID,
    }),
  );
  return saved.uuid;
}
