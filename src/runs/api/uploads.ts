import { ArtifactUUID, type OwnerUUID } from "../../contracts/ids.ts";
import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import type { WireStorage, WireUpload } from "../../contracts/wire/tasks.ts";
import { MaskloomError } from "../../errors.ts";
import type { TaskContext } from "../../protocol/task-service.ts";
import type { Pictures } from "../pictures/pictures.ts";

/**
 * imageUpload and mediaStorage: pictures in under a UUID, and out again.
 * @returns the item that answers it, without taskType and taskUUID
 * @throws what is wrong with the picture; PICTURE_UNKNOWN for one that is to be deleted and is not there
 */
export async function performUpload(
  pictures: Pictures,
  owner: OwnerUUID,
  task: WireUpload | WireStorage,
  { signal, baseUrl, dryRun }: TaskContext,
): Promise<Record<string, unknown>> {
  if (task.taskType === "mediaStorage" && task.operation === "delete") {
    const uuid = uuidOf(task.media);
    if (!dryRun) await pictures.remove(owner, uuid);
    return { operation: task.operation, mediaUUID: uuid };
  }
  if (dryRun) return { dryRun: true, cost: 0 };
  const isUpload = task.taskType === "imageUpload";
  const picture = await pictures.upload(owner, isUpload ? task.image : task.media, signal);
  const url = pictures.urlAsStored(owner, picture, { baseUrl });
  return isUpload
    ? { imageUUID: picture.uuid, imageURL: url }
    : { operation: task.operation, mediaUUID: picture.uuid, mediaURL: url };
}

function uuidOf(reference: ImageReference): ArtifactUUID {
  if (reference.kind === "uuid") return ArtifactUUID.parse(reference.uuid);
  throw new MaskloomError("INPUT_INVALID", "media: expected the mediaUUID of what is to be deleted");
}
