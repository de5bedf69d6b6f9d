import { createHash } from "node:crypto";
import { ArtifactUUID } from "../../contracts/ids.ts";
import { ImageInferenceResult, ImageMaskingResult } from "../../contracts/tasks.ts";
import type { WireError } from "../../contracts/wire/wire-error.ts";
import { parseAs, toMaskloomError } from "../../errors.ts";
import { encodeMask } from "../../image/codec.ts";
import { blankMask } from "../../image/raster.ts";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import type { ApiProgress, EndedStep } from "../../store/api-progress.ts";
import { addArtifactName } from "../../store/api-results.ts";
import type { ApiTaskRow } from "../../store/api-tasks.ts";
import { isConnectionLost, knowingOutages, throughOutages } from "../../store/connection-loss.ts";
import type { Store } from "../../store/store.ts";
import type { ArtifactLibrary } from "../artifact-library.ts";
import { isNoPicture } from "../picture-gone.ts";
import type { Pictures } from "../pictures/pictures.ts";
import { resultIndex, stepsOf } from "./api-workflow.ts";
import { type Delivery, readDelivery } from "./delivery.ts";
import { toWireError } from "./to-wire-error.ts";

export interface AnswerServices {
  readonly store: Store;
  readonly artifacts: ArtifactLibrary;
  readonly pictures: Pictures;
  /** Whether a mask is also called imageUUID and imageURL, as some official clients read it. */
  readonly hasImageAliases: boolean;
}

/** Steps of which everything is known that their answer says, in the order in which they ended. */
export function readySteps({ steps }: ApiProgress, delivery: Delivery): EndedStep[] {
  return steps.filter(
    (step) => delivery.uploadEndpoint === undefined || step.upload !== null || !isSuccess(step),
  );
}

/** Whether nothing more will come of it. */
export const isOver = (progress: ApiProgress, delivery: Delivery): boolean =>
  progress.endedAt !== null && readySteps(progress, delivery).length === progress.steps.length;

export const isSuccess = ({ status }: EndedStep): boolean =>
  status === "succeeded" || status === "cached" || status === "skipped";

/** The names of all results, and of those that have ended. A run may also end before it has steps. */
export function missingSteps(row: ApiTaskRow, { steps }: ApiProgress): string[] {
  const ended = new Set(steps.map(({ step }) => step));
  const { numberResults } = readDelivery(row.delivery);
  return stepsOf(numberResults, row.taskType).filter((step) => !ended.has(step));
}

/** What became of a run that ended without this step. */
export function unreachedAnswer(row: ApiTaskRow, { error, status }: ApiProgress): TaskAnswer {
  const record = error ?? {
    code: "CANCELLED",
    message: `the task ended as ${status} before it had a result`,
  };
  return { error: toWireError(record, row) };
}

/**
 * One ended step as the client is told of it; the same however often it is asked for. Fails never: a result that is there is
 * not told as an error because the database was away for a moment.
 * @param signal aborts where nobody waits for it any more
 */
export async function answerOf(
  services: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
  signal?: AbortSignal,
): Promise<TaskAnswer> {
  return finalAnswerOf(services, row, step, signal).catch((error: unknown) => ({
    error: toWireError(knowingOutages(error), row),
  }));
}

/** The same for whoever is told once and for good. Fails where the database stays away: then it can be told later. */
export async function finalAnswerOf(
  services: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
  signal?: AbortSignal,
): Promise<TaskAnswer> {
  if (!isSuccess(step)) return { error: stepError(row, step) };
  try {
    const delivery = readDelivery(row.delivery);
    const make = () =>
      row.taskType === "imageMasking"
        ? maskItem(services, row, step, delivery)
        : imageItem(services, row, step, delivery);
    const item = await throughOutages(make, signal === undefined ? {} : { signal });
    return { item: { taskType: row.taskType, taskUUID: row.taskUUID, ...item, ...extras(step, delivery) } };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return { error: toWireError(toMaskloomError(error), row) };
  }
}

function stepError(row: ApiTaskRow, { status, error }: EndedStep): WireError {
  const cancelled = { code: "CANCELLED", message: "the task was cancelled" };
  return toWireError(
    error ?? (status === "cancelled" ? cancelled : { code: "INTERNAL", message: status }),
    row,
  );
}

function extras({ warnings, cost, upload }: EndedStep, delivery: Delivery): Record<string, unknown> {
  return {
    ...(delivery.includeCost ? { cost: cost ?? delivery.price } : {}),
    ...(upload?.error === undefined ? {} : { uploadError: upload.error }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

async function maskItem(
  services: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
  delivery: Delivery,
): Promise<Record<string, unknown>> {
  const { image, width, height, detections } = maskingResult(step);
  const mask = await resultPicture(services, row, step);
  const forms = await formsOf(services, row, mask, delivery);
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
  return {
    inputImageUUID: image,
    maskImageUUID: mask,
    ...(services.hasImageAliases ? { imageUUID: mask } : {}),
    detections: detections.map(({ box: [x0, y0, x1, y1] }) => ({
      x_min: clip(Math.floor(x0), width),
      y_min: clip(Math.floor(y0), height),
      x_max: clip(Math.ceil(x1), width),
      y_max: clip(Math.ceil(y1), height),
    })),
    ...named("maskImage", forms),
    ...(services.hasImageAliases && forms.URL !== undefined ? { imageURL: forms.URL } : {}),
  };
}

async function imageItem(
  services: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
  delivery: Delivery,
): Promise<Record<string, unknown>> {
  const image = await resultPicture(services, row, step);
  const { seed = (delivery.seed ?? 0) + resultIndex(step.step), NSFWContent } = inferenceResult(step);
  return {
    imageUUID: image,
    ...named("image", await formsOf(services, row, image, delivery)),
    seed,
    ...(NSFWContent === undefined ? {} : { NSFWContent }),
  };
}

type Forms = Partial<Record<Delivery["outputType"][number], string>>;

const named = (prefix: string, forms: Forms): Record<string, string> => ({
  ...(forms.URL === undefined ? {} : { [`${prefix}URL`]: forms.URL }),
  ...(forms.base64Data === undefined ? {} : { [`${prefix}Base64Data`]: forms.base64Data }),
  ...(forms.dataURI === undefined ? {} : { [`${prefix}DataURI`]: forms.dataURI }),
});

async function formsOf(
  { pictures }: AnswerServices,
  { owner }: ApiTaskRow,
  uuid: ArtifactUUID,
  delivery: Delivery,
): Promise<Forms> {
  const { outputType } = delivery;
  const URL = outputType.includes("URL") ? { URL: pictures.urlOf(owner, uuid, delivery) } : {};
  if (!outputType.includes("base64Data") && !outputType.includes("dataURI")) return URL;
  const { bytes, mediaType } = await pictures.encode(owner, uuid, delivery);
  const base64Data = Buffer.from(bytes).toString("base64");
  return {
    ...URL,
    ...(outputType.includes("base64Data") ? { base64Data } : {}),
    ...(outputType.includes("dataURI") ? { dataURI: `data:${mediaType};base64,${base64Data}` } : {}),
  };
}

/**
 * The picture that a step yielded. Clients tell the results of a task apart by their UUIDs, and the engine may have
 * given two steps the same remembered one, so each but the first has a name of its own. Where nothing was found there is
 * no mask, and a client still gets one.
 */
export async function resultPicture(
  services: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
): Promise<ArtifactUUID> {
  const { store, artifacts } = services;
  if (row.taskType === "imageMasking") {
    const { maskImage } = maskingResult(step);
    return maskImage ?? emptyMask(services, row, step);
  }
  const { image } = inferenceResult(step);
  if (resultIndex(step.step) === 0) return image;
  const name = nameFor(row, step);
  await addArtifactName(store.db, row.owner, image, name);
  await artifacts.find(row.owner, name);
  return name;
}

async function emptyMask(
  { store, artifacts }: AnswerServices,
  row: ApiTaskRow,
  step: EndedStep,
): Promise<ArtifactUUID> {
  const name = nameFor(row, step);
  const known = await artifacts.find(row.owner, name).catch((error: unknown) => {
    if (isNoPicture(error)) return null;
    throw error;
  });
  if (known !== null) return known.uuid;
  const { width, height } = maskingResult(step);
  const mask = blankMask({ width, height });
  if (readDelivery(row.delivery).invert === true) mask.data.fill(255);
  const bytes = await encodeMask(mask);
  const facts = { owner: row.owner, kind: "mask", mediaType: "image/png", width, height } as const;
  const { uuid } = await artifacts.save(bytes, facts);
  await addArtifactName(store.db, row.owner, uuid, name);
  return name;
}

/** A UUID that this task and step have and no other, so that nothing need be remembered. */
function nameFor({ owner, taskUUID }: ApiTaskRow, { step }: EndedStep): ArtifactUUID {
  const hex = createHash("sha256").update(`maskloom-result ${owner} ${taskUUID} ${step}`).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return ArtifactUUID.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}

const maskingResult = ({ output }: EndedStep) =>
  parseAs(ImageMaskingResult, output, "result of a masking task");
const inferenceResult = ({ output }: EndedStep) =>
  parseAs(ImageInferenceResult, output, "result of an inference task");
