import { ArtifactUUID, type OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { MaskloomError, toMaskloomError } from "../errors.ts";
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
 * @param besides inputs that are filled otherwise, or picture by picture
 * @throws INPUT_INVALID where there is none for it, or where another image or mask has no value
 */
export function pictureField(
  { name: workflowName, inputs }: Workflow,
  values: JsonObject,
  hasPicture: boolean,
  besides: ReadonlySet<string> = new Set(),
): string | null {
  const missing = unfilledPictures(inputs, values).filter((name) => !besides.has(name));
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
      "further ones in `inputs`, as artifact UUIDs or as base64",
  );
}

function unfilledPictures(inputs: Workflow["inputs"], values: JsonObject): string[] {
  const isPicture = (name: string) => inputs[name]?.type === "image" || inputs[name]?.type === "mask";
  return Object.keys(inputs).filter((name) => isPicture(name) && !(name in values));
}

export interface Preparation {
  readonly inputs: JsonObject;
  /** What `pictureField` says. */
  readonly field: string | null;
  readonly picture: Picture | null;
  /** Of further images and masks, by the names of their inputs. */
  readonly pictures?: Readonly<Record<string, Uint8Array>>;
  readonly file: string;
}

interface Intake {
  readonly artifacts: ArtifactLibrary;
  readonly config: { readonly limits: ImageLimits };
}

/**
 * Takes the pictures in, and describes every one among the inputs.
 * @throws what ingestImage does; NOT_FOUND for an artifact; INPUT_MISSING where one that must be given is not
 */
export async function preparePictures(
  intake: Intake,
  batch: Batch,
  { inputs, field, picture, pictures = {}, file }: Preparation,
): Promise<PreparedRun> {
  const { owner, workflow } = batch;
  const { artifacts, config } = intake;
  const values: Record<string, JsonValue> = { ...inputs };
  /* Stored pictures by content: the same one sent again has another UUID. */
  const told: Record<string, JsonValue> = { ...inputs };
  const digests: string[] = [];
  const take = (name: string, image: { value: JsonObject; digest: string }) => {
    values[name] = image.value;
    if (name in told) told[name] = image.digest;
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
    if (type !== "image" && type !== "mask") continue;
    const bytes = pictures[name];
    if (bytes !== undefined) {
      take(name, await takeNamed(intake, owner, name, bytes));
      continue;
    }
    const uuid = ArtifactUUID.safeParse(inputs[name]);
    if (!uuid.success) continue;
    take(name, await describeArtifact(intake, owner, uuid.data, name));
  }
  const [missing] = unfilledPictures(workflow.inputs, values);
  if (missing !== undefined)
    throw new MaskloomError("INPUT_MISSING", `${missing}: expected one for this picture; there is none`);
  return { inputs: values, identity: runIdentity(batch, digests, told, metaIdentity(workflow, file)) };
}

async function takeNamed({ artifacts, config }: Intake, owner: OwnerUUID, name: string, bytes: Uint8Array) {
  try {
    return await ingestImage(artifacts, owner, bytes, name, config.limits);
  } catch (error) {
    const { code, message } = toMaskloomError(error);
    throw new MaskloomError(code, `${name}: ${message}`, { cause: error });
  }
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
