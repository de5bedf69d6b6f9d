import type { ArtifactUUID } from "../../contracts/ids.ts";
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
