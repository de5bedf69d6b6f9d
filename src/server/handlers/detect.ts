import type { DetectAnswer, DetectSettings, StartDetect } from "../../contracts/detect.ts";
import { ArtifactUUID, type OwnerUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { ingestImage } from "../../runs/ingest.ts";
import { decodeBase64 } from "../base64.ts";
import type { ApiAnswer, ApiRequest, ApiServices, UploadedFile } from "../route.ts";

export async function detect(
  { body, file, owner, signal }: ApiRequest<unknown, unknown, StartDetect | DetectSettings>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const image = await takePicture(services, owner, "image" in body ? body.image : undefined, file);
  const { image: _, ...settings } = { image, ...body };
  const answer = await services.trials.detect(owner, image, settings, signal);
  return { status: 200, body: answer satisfies DetectAnswer };
}

/** What is not here yet is stored: the next request about it need not bring it again. */
async function takePicture(
  { artifacts, config }: ApiServices,
  owner: OwnerUUID,
  given: string | undefined,
  file: UploadedFile | undefined,
): Promise<ArtifactUUID> {
  const uuid = ArtifactUUID.safeParse(given);
  if (uuid.success) return uuid.data;
  const content = given === undefined ? file?.content : decodeBase64(given);
  if (content === undefined) {
    throw new MaskloomError(
      "INPUT_MISSING",
      "image: expected the picture as the form's file `image`, got none",
    );
  }
  const { value } = await ingestImage(artifacts, owner, content, file?.name ?? "image", config.limits);
  return value.uuid;
}
