import type { ArtifactUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
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
  const answer = serveBlob(blobs, { digest, bytes, mediaType, name: uuid }, headers);
  const { content } = answer;
  return content === undefined ? answer : { ...answer, content: () => content().catch(sayLost(uuid)) };
}

/** Its name is here, so it is not unknown: what is stored is damaged. */
const sayLost = (uuid: ArtifactUUID) => (error: unknown) => {
  if (!(error instanceof MaskloomError) || error.code !== "NOT_FOUND") throw error;
  throw new MaskloomError(
    "ARTIFACT_CORRUPT",
    `picture ${uuid}: expected its bytes where pictures are stored, there are none; check the disk, then run its file again`,
    { cause: error },
  );
};

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
  const { digest, bytes } = await thumbnails.find(source, size, box ?? null).catch(sayLost(uuid));
  return serveBlob(blobs, { digest, bytes, mediaType: THUMBNAIL_TYPE, name: `${uuid}-${size}` }, headers);
}
