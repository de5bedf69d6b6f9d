import { ArtifactUUID, type OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { MaskloomError } from "../errors.ts";
import { inspectImage } from "../image/inspect-image.ts";
import { type ImageLimits, limitsInside } from "../image/limits.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import { ingestImage } from "./ingest.ts";
import { describePicture, metaIdentity } from "./picture-meta.ts";
import { type Batch, type PreparedRun, runIdentity } from "./submit.ts";

/** Bytes that came with a request, or the name of bytes that are already here. */
export type Picture = { readonly content: Uint8Array } | { readonly uuid: ArtifactUUID };

/**
 * The first image input that has no value yet, which the picture goes into; null where there is no picture.
 * @throws INPUT_INVALID where there is none for it, or where another image or mask has no value
 */
export function pictureField(
  { name: workflowName, inputs }: Workflow,
  values: JsonObject,
  hasPicture: boolean,
): string | null {
  const missing = Object.entries(inputs)
    .filter(([name, { type }]) => (type === "image" || type === "mask") && !(name in values))
    .map(([name]) => name);
  const field = hasPicture ? (missing.find((name) => inputs[name]?.type === "image") ?? null) : null;
  if (hasPicture && field === null) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `image: workflow ${workflowName} has no image input left to fill`,
    );
  }
  const unfilled = missing.filter((name) => name !== field);
  if (unfilled.length === 0) return field;
  throw new MaskloomError(
    "INPUT_INVALID",
    `inputs: workflow ${workflowName} needs ${unfilled.join(", ")}; send the picture as \`image\`, ` +
      "further ones as artifact UUIDs in `inputs`",
  );
}

export interface Preparation {
  readonly inputs: JsonObject;
  /** What `pictureField` says. */
  readonly field: string | null;
  readonly picture: Picture | null;
  readonly file: string;
}

interface Intake {
  readonly artifacts: ArtifactLibrary;
  readonly config: { readonly limits: ImageLimits };
}

/** Takes the picture in, and describes every picture among the inputs. Errors: those of ingestImage; NOT_FOUND for an artifact. */
export async function preparePictures(
  intake: Intake,
  batch: Batch,
  { inputs, field, picture, file }: Preparation,
): Promise<PreparedRun> {
  const { owner, workflow } = batch;
  const { artifacts, config } = intake;
  const values: Record<string, JsonValue> = { ...inputs };
  const digests: string[] = [];
  const take = (name: string, image: { value: JsonObject; digest: string }) => {
    values[name] = image.value;
    digests.push(image.digest);
  };
  if (field !== null && picture !== null) {
    const image =
      "uuid" in picture
        ? await describeArtifact(intake, owner, picture.uuid, file)
        : await ingestImage(artifacts, owner, picture.content, file, config.limits);
    take(field, image);
  }
  for (const [name, { type }] of Object.entries(workflow.inputs)) {
    const uuid = ArtifactUUID.safeParse(inputs[name]);
    if ((type !== "image" && type !== "mask") || !uuid.success) continue;
    take(name, await describeArtifact(intake, owner, uuid.data, name));
  }
  return { inputs: values, identity: runIdentity(batch, digests, inputs, metaIdentity(workflow, file)) };
}

async function describeArtifact(
  { artifacts, config: { limits } }: Intake,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
  name: string,
): Promise<{ value: JsonObject; digest: string }> {
  await artifacts.use(owner, uuid);
  const { digest, content } = await artifacts.load(owner, uuid);
  return {
    value: { uuid, meta: describePicture(content, inspectImage(content, limitsInside(limits)), name) },
    digest,
  };
}
