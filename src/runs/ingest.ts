import type { ArtifactUUID, Digest, OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import { inspectImage } from "../image/inspect-image.ts";
import type { ImageLimits } from "../image/limits.ts";
import { MEDIA_TYPES } from "../image/media-types.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import { describePicture } from "./picture-meta.ts";

export interface IngestedImage {
  /** What `${inputs.image}` refers to: the UUID, with what the file carries beside it. */
  readonly value: JsonObject & { readonly uuid: ArtifactUUID };
  readonly digest: Digest;
}

/**
 * Takes a picture in: sniffed by content, checked against the limits from its header, stored byte for byte.
 * @param name relative path or file name, for `${inputs.image.meta.name}` and `.folder`
 * @param said of the picture beside its file: describePicture
 * @throws IMAGE_UNREADABLE, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE
 */
export async function ingestImage(
  artifacts: ArtifactLibrary,
  owner: OwnerUUID,
  bytes: Uint8Array,
  name: string,
  limits: ImageLimits,
  said?: JsonObject,
): Promise<IngestedImage> {
  const info = inspectImage(bytes, limits);
  const { width, height } = info;
  const mediaType = MEDIA_TYPES[info.format];
  const { uuid, digest } = await artifacts.save(bytes, { owner, kind: "input", mediaType, width, height });
  const meta = describePicture(bytes, info, name, said);
  return { value: { uuid, meta }, digest };
}
