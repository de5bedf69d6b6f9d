import type { StartRun, StartRunForm } from "../contracts/api.ts";
import { ArtifactUUID, type OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { checkInputs } from "../engine/language/inputs.ts";
import { type ParsedWorkflow, parseWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import type { ArtifactLibrary } from "../runs/artifact-library.ts";
import { ingestImage } from "../runs/ingest.ts";
import { prepareWorkflow } from "../runs/prepare-workflow.ts";
import {
  type Batch,
  openBatch,
  type PreparedRun,
  runIdentity,
  type Submitted,
  submitRuns,
} from "../runs/submit.ts";
import { loadShippedWorkflow } from "../runs/workflow-files.ts";
import { completeBatch } from "../store/batches.ts";
import { decodeBase64 } from "./base64.ts";
import type { ApiServices, UploadedFile } from "./route.ts";

/** Bytes that came with the request, or the name of bytes that are already here. */
type Picture = { readonly content: Uint8Array } | { readonly uuid: ArtifactUUID };

/**
 * Begins the run that a request asks for, in a batch of its own that is served before folders.
 * @throws what the workflow, its inputs or the request's form are refused with; a picture that cannot be read is the
 * error of the run instead
 */
export async function startRun(
  services: ApiServices,
  owner: OwnerUUID,
  body: StartRun | StartRunForm,
  upload: UploadedFile | undefined,
): Promise<Submitted> {
  const { workflow, workflowDigest, resolved } = await prepareWorkflow(
    await readWorkflow(body.workflow),
    services.models,
  );
  const inputs = checkInputs(workflow, body.inputs ?? {});
  const picture = readPicture(body, upload);
  const field = pictureField(workflow, inputs, picture);
  const file = body.file ?? upload?.name ?? "image";
  const request = { owner, workflow, workflowDigest, resolved, inputs, interactive: true };
  const batch = await openBatch(services.store, request);
  try {
    const prepare = () => prepareRun(services, batch, { inputs, field, picture, file });
    const [submitted] = await submitRuns(services.store, batch, [{ file, prepare }]);
    if (submitted === undefined) throw new MaskloomError("INTERNAL", "the run was not written");
    return submitted;
  } finally {
    await completeBatch(services.store.db, batch.batchUUID);
  }
}

/** A document (JSON, or text that holds one) or the name of a ready-made workflow; never a path of the server's disk. */
async function readWorkflow(given: StartRun["workflow"]): Promise<ParsedWorkflow> {
  if (typeof given !== "string") return parseWorkflow(JSON.stringify(given, null, 2), { file: "workflow" });
  if (/[\n{]/.test(given)) return parseWorkflow(given, { file: "workflow" });
  if (/^[A-Za-z0-9_-]{1,100}$/.test(given))
    return loadShippedWorkflow(given, ", or a whole document as YAML or JSON");
  throw new MaskloomError(
    "WORKFLOW_UNKNOWN",
    `workflow: expected the name of a ready-made workflow or a whole document, got ${JSON.stringify(given.slice(0, 100))}`,
  );
}

function readPicture(body: StartRun | StartRunForm, upload: UploadedFile | undefined): Picture | null {
  if (upload !== undefined) return { content: upload.content };
  if (!("image" in body) || body.image === undefined) return null;
  const uuid = ArtifactUUID.safeParse(body.image);
  return uuid.success ? { uuid: uuid.data } : { content: decodeBase64(body.image) };
}

/** The first image input that has no value yet; every image and mask without a default must be given. */
function pictureField(
  { name: workflowName, inputs }: Workflow,
  values: JsonObject,
  picture: Picture | null,
): string | null {
  const missing = Object.entries(inputs)
    .filter(([name, { type }]) => (type === "image" || type === "mask") && !(name in values))
    .map(([name]) => name);
  const field = picture === null ? null : (missing.find((name) => inputs[name]?.type === "image") ?? null);
  if (picture !== null && field === null) {
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

interface Preparation {
  readonly inputs: JsonObject;
  readonly field: string | null;
  readonly picture: Picture | null;
  readonly file: string;
}

async function prepareRun(
  { artifacts, config }: ApiServices,
  batch: Batch,
  { inputs, field, picture, file }: Preparation,
): Promise<PreparedRun> {
  const { owner, workflow } = batch;
  const values: Record<string, JsonValue> = { ...inputs };
  const digests: string[] = [];
  const take = (name: string, image: { value: JsonObject; digest: string }) => {
    values[name] = image.value;
    digests.push(image.digest);
  };
  if (field !== null && picture !== null) {
    const image =
      "uuid" in picture
        ? await describeArtifact(artifacts, owner, picture.uuid, file)
        : await ingestImage(artifacts, owner, picture.content, file, config.limits);
    take(field, image);
  }
  for (const [name, { type }] of Object.entries(workflow.inputs)) {
    const uuid = ArtifactUUID.safeParse(inputs[name]);
    if ((type !== "image" && type !== "mask") || !uuid.success) continue;
    take(name, await describeArtifact(artifacts, owner, uuid.data, name));
  }
  return { inputs: values, identity: runIdentity(batch, digests, inputs) };
}

async function describeArtifact(
  artifacts: ArtifactLibrary,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
  name: string,
): Promise<{ value: JsonObject; digest: string }> {
  const { digest, width, height } = await artifacts.use(owner, uuid);
  return { value: { uuid, meta: { width, height, name, folder: "" } }, digest };
}
