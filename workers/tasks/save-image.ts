import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { type DecodedImage, encodeImage } from "../../src/image/codec.ts";
import type { Image } from "../../src/image/raster.ts";
import { untilAborted } from "../../src/until-aborted.ts";
import type { TaskContext } from "./task-services.ts";

/** A result at rest is lossless, whatever its input was: the next step must not lose what this one made. */
export async function saveImage(
  { task, services, stopwatch, signal }: TaskContext,
  image: Image,
  { container }: Pick<DecodedImage, "container">,
): Promise<ArtifactUUID> {
  const bytes = await stopwatch.time("encode", () =>
    untilAborted(encodeImage(image, { format: "png", container, limits: services.limits }), signal),
  );
  const saved = await stopwatch.time("store", () =>
    services.artifacts.save(bytes, {
      owner: task.ownerUUID,
      kind: "image",
      mediaType: "image/png",
      width: image.width,
      height: image.height,
      taskUUID: task.taskUUID,
    }),
  );
  return saved.uuid;
}
