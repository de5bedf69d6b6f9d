import type { ArtifactUUID } from "../../contracts/ids.ts";
import type { PixelBox } from "../../image/raster.ts";
import { THUMBNAIL_TYPE } from "../../runs/pictures/thumbnails.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { serveBlob } from "../serve-blob.ts";

/** The bytes as they are at rest. */
export async function getArtifact(
  { params: { uuid }, headers, owner }: ApiRequest<{ uuid: ArtifactUUID }>,
  { artifacts, blobs }: ApiServices,
): Promise<ApiAnswer> {
  const { digest, bytes, mediaType } = await artifacts.findNow(owner, uuid);
  return serveBlob(blobs, { digest, bytes, mediaType, name: uuid }, headers);
}

interface ThumbnailQuery {
  readonly size: number;
  readonly box?: PixelBox | undefined;
}

/** A picture that was given stays as it is under its UUID, so its thumbnail does, too. */
export async function getThumbnail(
  {
    params: { uuid },
    query: { size, box },
    owner,
    headers,
  }: ApiRequest<{ uuid: ArtifactUUID }, ThumbnailQuery>,
  { artifacts, blobs, thumbnails }: ApiServices,
): Promise<ApiAnswer> {
  const { digest: source } = await artifacts.findNow(owner, uuid);
  const { digest, bytes } = await thumbnails.find(source, size, box ?? null);
  return serveBlob(blobs, { digest, bytes, mediaType: THUMBNAIL_TYPE, name: `${uuid}-${size}` }, headers);
}
