import { ArtifactUUID, type OwnerUUID } from "../../contracts/ids.ts";
import type { WireStorage, WireUpload } from "../../contracts/wire/tasks.ts";
import { MaskloomError } from "../../errors.ts";
import type { LinkTerms } from "./linker.ts";
import type { Pictures } from "./pictures.ts";

type UploadPictures = Pick<Pictures, "upload" | "remove" | "urlAsStored">;
type Terms = Pick<LinkTerms, "baseUrl"> & { readonly signal: AbortSignal };

/** imageUpload, and mediaStorage's upload and delete: the item of `data` that answers it. Errors: those of Pictures. */
export async function storePicture(
  pictures: UploadPictures,
  owner: OwnerUUID,
  task: WireUpload | WireStorage,
  { baseUrl, signal }: Terms,
): Promise<Record<string, unknown>> {
  const { taskType, taskUUID } = task;
  if (taskType === "imageUpload") {
    const picture = await pictures.upload(owner, task.image, signal);
    const imageURL = pictures.urlAsStored(owner, picture, { baseUrl });
    return { taskType, taskUUID, imageUUID: picture.uuid, imageURL };
  }
  const { operation, media } = task;
  if (operation === "delete") {
    const mediaUUID = media.kind === "uuid" ? ArtifactUUID.parse(media.uuid) : null;
    if (mediaUUID === null) {
      throw new MaskloomError("INPUT_INVALID", "media: expected the UUID of what is to be deleted");
    }
    await pictures.remove(owner, mediaUUID);
    return { taskType, taskUUID, operation, mediaUUID };
  }
  const picture = await pictures.upload(owner, media, signal);
  const mediaURL = pictures.urlAsStored(owner, picture, { baseUrl });
  return { taskType, taskUUID, operation, mediaUUID: picture.uuid, mediaURL };
}
