import type { StartRun, StartRunForm } from "../contracts/api.ts";
import { ArtifactUUID, newRunUUID, type OwnerUUID, type RunUUID } from "../contracts/ids.ts";
import { checkInputs } from "../engine/language/inputs.ts";
import { refuseUnavailable } from "../engine/refuse-unavailable.ts";
import { MaskloomError } from "../errors.ts";
import { readGivenWorkflow } from "../runs/given-workflow.ts";
import { type Picture, pictureField, preparePictures } from "../runs/picture-inputs.ts";
import { prepareWorkflow } from "../runs/prepare-workflow.ts";
import { finderOf } from "../runs/saved-workflows.ts";
import { openBatch, type Submitted, submitRuns } from "../runs/submit.ts";
import { completeBatch } from "../store/batches.ts";
import { decodeBase64 } from "./base64.ts";
import { divideInputs } from "./input-pictures.ts";
import type { ApiServices, UploadedFile } from "./route.ts";

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
  runUUID: RunUUID = newRunUUID(),
): Promise<Submitted> {
  const asker = { db: services.store.db, owner };
  const given = await readGivenWorkflow(asker, body.workflow);
  const prepared = await prepareWorkflow(given, services.models, finderOf(asker));
  const { workflow, workflowDigest, resolved } = prepared;
  const { pictures, values } = divideInputs(workflow, body.inputs ?? {});
  const inputs = checkInputs(workflow, values);
  refuseUnavailable(prepared, inputs);
  const picture = readPicture(body, upload);
  const field = pictureField(workflow, inputs, picture !== null, new Set(Object.keys(pictures)));
  const file = body.file ?? upload?.name ?? "image";
  const request = { owner, workflow, workflowDigest, resolved, inputs, interactive: true };
  const batch = await openBatch(services.store, request);
  try {
    const prepare = () => preparePictures(services, batch, { inputs, field, picture, pictures, file });
    const [submitted] = await submitRuns(services.store, batch, [{ file, prepare, runUUID }]);
    if (submitted === undefined) throw new MaskloomError("INTERNAL", "the run was not written");
    return submitted;
  } finally {
    await completeBatch(services.store.db, batch.batchUUID);
  }
}

function readPicture(body: StartRun | StartRunForm, upload: UploadedFile | undefined): Picture | null {
  if (upload !== undefined) return { content: upload.content };
  if (!("image" in body) || body.image === undefined) return null;
  const uuid = ArtifactUUID.safeParse(body.image);
  return uuid.success ? { uuid: uuid.data } : { content: decodeBase64(body.image) };
}
