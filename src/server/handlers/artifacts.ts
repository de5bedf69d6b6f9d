import type { ArtifactUUID } from "../../contracts/ids.ts";
import { THUMBNAIL_TYPE } from "../../runs/pictures/thumbnails.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { serveBlob } from "../serve-blob.ts";

/** The bytes as they are at rest. */
export async function getArtifact(
  { params: { uuid }, headers, owner }: ApiRequest<{ uuid: ArtifactUUID }>,
  { artifacts, blobs }: ApiServices,
): Promise<ApiAnswer> {
  const { digest, bytes, mediaType } = await artifacts.find(owner, uuid);
  return serveBlob(blobs, { digest, bytes, mediaType, name: uuid }, headers);
}

/** A picture that was given stays as it is under its UUID, so its thumbnail does, too. */
export async function getThumbnail(
  { params: { uuid }, query: { size }, owner, headers }: ApiRequest<{ uuid: ArtifactUUID }, { size: number }>,
  { artifacts, blobs, thumbnails }: ApiServices,
): Promise<ApiAnswer> {
  const { digest: source } = await artifacts.find(owner, uuid);
  const { digest, bytes } = await thumbnails.find(source, size);
  return serveBlob(blobs, { digest, bytes, mediaType: THUMBNAIL_TYPE, name: `${uuid}-${size}` }, headers);
}
