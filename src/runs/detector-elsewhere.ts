import { findDetector } from "../../models/registry.ts";
import type { Config } from "../config/config.ts";
import type { ArtifactUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import { DEFAULT_CONFIDENCE, ImageMaskingResult } from "../contracts/tasks.ts";
import { Workflow } from "../contracts/workflow.ts";
import type { Detector } from "../detection/detector.ts";
import type { RgbPixels } from "../detection/sampling/letterbox.ts";
import { workflowDigest } from "../engine/language/digest.ts";
import type { FieldPath } from "../engine/language/faults.ts";
import { type ResolvedWorkflow, resolvedStep, resolveSteps } from "../engine/resolve.ts";
import { refuseFaults } from "../engine/step-fault.ts";
import { fromErrorRecord, MaskloomError, parseAs } from "../errors.ts";
import { encodeImage } from "../image/codec.ts";
import { decodeMask } from "../image/decode-mask.ts";
import type { Found } from "../image/detection-shape.ts";
import type { Mask, PixelBox, Size } from "../image/raster.ts";
import { completeBatch } from "../store/batches.ts";
import { cancelRuns } from "../store/cancel.ts";
import type { Store } from "../store/store.ts";
import { readTrialOutcome, type TrialOutcome } from "../store/trial-outcome.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";
import { openCatalogue } from "./catalogue.ts";
import { ingestImage } from "./ingest.ts";
import type { ModelSources } from "./model-sources.ts";
import { openBatch, submitRuns } from "./submit.ts";

/* A detector of a provider, asked as one on this machine is. Behind it stands a run of one step for each look, so that its
   call is written down before it is sent, counts against every limit, and is never made twice. */

interface Installation {
  readonly config: Pick<Config, "limits">;
  readonly models: ModelSources;
  readonly artifacts: ArtifactLibrary;
  readonly store: Store;
}

interface DetectorElsewhere {
  readonly owner: OwnerUUID;
  /** By id, group or kind; never `auto`, which spends nothing. */
  readonly provider: string;
  readonly model: string;
}

/** A detector that may cost something. */
export interface PricedDetector extends Detector {
  /** USD of all its looks so far; null where its provider takes no money. */
  spent(): number | null;
}

const STEP = "find";
/** A wake-up may be lost; then it is looked after this time. */
const LOOK_MS = 500;

/** What is found elsewhere comes as a mask, whatever the same model gives here. */
export function manifestElsewhere(model: string): DetectorManifest {
  return { ...findDetector(model), shape: "segmentation", shapes: ["segmentation", "box", "ellipse"] };
}

/**
 * Nothing is sent before the first look; workers do the rest.
 * @throws MODEL_UNKNOWN, PROVIDER_UNAVAILABLE where the provider, or its model, is not to be had
 */
export async function openDetectorElsewhere(
  installation: Installation,
  { owner, provider, model }: DetectorElsewhere,
): Promise<PricedDetector> {
  const workflow = lookingAt(provider, model);
  const catalogue = await openCatalogue(installation.models);
  const { resolved, faults } = resolveSteps(workflow, catalogue, fieldOf);
  refuseFaults(faults);
  const { model: found, modelDigest, provider: place } = resolvedStep(resolved, STEP);
  const manifest = manifestElsewhere(found ?? model);
  const isPaid = place !== null && (catalogue.paid ?? []).includes(place);
  let spent = 0;
  return {
    manifest,
    /* What one owner has paid for is no other's. */
    key: `${owner} ${modelDigest}`,
    spent: () => (isPaid ? spent : null),
    async detect(picture, { confidence = DEFAULT_CONFIDENCE, signal } = {}) {
      const began = performance.now();
      const run = await beginLook(installation, { owner, workflow, resolved, picture, confidence });
      const outcome = await endOfLook(installation.store, owner, run, signal);
      spent += outcome.cost;
      const detections = await readFinds(installation.artifacts, owner, outcome, picture);
      return { detections, ms: { preprocess: 0, inference: performance.now() - began, postprocess: 0 } };
    },
  };
}

/** Shapes as they were found; all that is done with them is done where they are wanted. */
function lookingAt(provider: string, model: string): Workflow {
  const document = {
    maskloom: 1,
    name: "detect",
    inputs: { image: { type: "image" }, confidence: { type: "number", min: 0, max: 1 } },
    steps: [
      {
        id: STEP,
        task: "imageMasking",
        inputImage: "${inputs.image}",
        provider: provider.replaceAll("${", "$${"),
        model: model.replaceAll("${", "$${"),
        confidence: "${inputs.confidence}",
        maskPadding: 0,
        maskBlur: 0,
        combine: "perDetection",
        cache: true,
      },
    ],
    outputs: { maskImage: `\${steps.${STEP}.maskImage}` },
  };
  return parseAs(Workflow, document, "workflow of a look", "INTERNAL");
}

/** `provider`, `model`: whoever asks for a look knows these, and not that a step of a workflow is made of it. */
const fieldOf = (path: FieldPath): string => String(path.at(-1));

/** What was written without `undefined` is JSON. */
const asJson = (workflow: Workflow): JsonObject => workflow as unknown as JsonObject;

interface Look {
  readonly owner: OwnerUUID;
  readonly workflow: Workflow;
  readonly resolved: ResolvedWorkflow;
  readonly picture: RgbPixels;
  readonly confidence: number;
}

async function beginLook(
  { store, artifacts, config }: Installation,
  { owner, workflow, resolved, picture, confidence }: Look,
): Promise<RunUUID> {
  const { width, height, data } = picture;
  const samples = Uint8Array.from(data);
  const png = await encodeImage({ width, height, channels: 3, depth: 8, data: samples }, { format: "png" });
  const request = { owner, workflow, workflowDigest: workflowDigest(asJson(workflow)), resolved };
  const batch = await openBatch(store, { ...request, inputs: { confidence }, interactive: true });
  const prepare = async () => {
    const { value } = await ingestImage(artifacts, owner, png, "image.png", config.limits);
    return { inputs: { image: value, confidence }, identity: null };
  };
  try {
    const [submitted] = await submitRuns(store, batch, [{ file: "image.png", prepare }]);
    if (submitted === undefined) throw new MaskloomError("INTERNAL", "the run was not written");
    return submitted.runUUID;
  } finally {
    await completeBatch(store.db, batch.batchUUID);
  }
}

/** @throws what the run came to where that is no finds; CANCELLED, after the run was cancelled, when the signal fires */
async function endOfLook(
  store: Store,
  owner: OwnerUUID,
  run: RunUUID,
  signal: AbortSignal | undefined,
): Promise<TrialOutcome> {
  for (;;) {
    const news = nextNews(store, signal);
    const outcome = await readTrialOutcome(store.db, run);
    if (outcome === null) throw new MaskloomError("NOT_FOUND", "detection: its run was deleted");
    const { runStatus, taskStatus, error } = outcome;
    if (runStatus === "succeeded" || runStatus === "skipped") return outcome;
    const isParked = taskStatus === "held" || taskStatus === "uncertain";
    if (isParked || !UNDER_WAY.has(runStatus) || signal?.aborted) {
      if (UNDER_WAY.has(runStatus)) await cancelLook(store, owner, run);
      throw error === null || signal?.aborted ? nobodyWaits() : fromErrorRecord(error);
    }
    await news;
  }
}

const UNDER_WAY: ReadonlySet<TrialOutcome["runStatus"]> = new Set(["queued", "running", "review"]);
const nobodyWaits = (): MaskloomError =>
  new MaskloomError("CANCELLED", "detection: its run was cancelled, or nobody waits for it any more");

async function cancelLook({ db, wakeUps }: Store, owner: OwnerUUID, run: RunUUID): Promise<void> {
  await cancelRuns(db, owner, { runs: [run] });
  wakeUps.notify("cancelled", "events");
}

/** Until something has happened somewhere, or half a second is over. */
function nextNews({ wakeUps }: Store, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, LOOK_MS);
    const stops = [wakeUps.on("ended", done), wakeUps.on("events", done)];
    signal?.addEventListener("abort", done, { once: true });
  });
}

async function readFinds(
  artifacts: ArtifactLibrary,
  owner: OwnerUUID,
  { output }: TrialOutcome,
  size: Size,
): Promise<Found[]> {
  const { detections } = parseAs(ImageMaskingResult, output, "result of a look", "OUTPUT_INVALID");
  const found: Found[] = [];
  for (const { maskImage, ...detection } of detections) {
    found.push(
      maskImage === undefined ? detection : await withShape(artifacts, owner, detection, maskImage, size),
    );
  }
  return found;
}

/** With the pixels that its own mask has. */
async function withShape(
  artifacts: ArtifactLibrary,
  owner: OwnerUUID,
  detection: Found,
  uuid: ArtifactUUID,
  size: Size,
): Promise<Found> {
  const mask = await decodeMask((await artifacts.load(owner, uuid)).content, size);
  const [x0, y0, x1, y1] = detection.box;
  const box = { x0: Math.floor(x0), y0: Math.floor(y0), x1: Math.ceil(x1), y1: Math.ceil(y1) };
  return { ...detection, segmentation: { kind: "patch", box, data: patchOf(mask, box) } };
}

/** What of a mask lies within a box. */
export function patchOf({ width, data }: Mask, { x0, y0, x1, y1 }: PixelBox): Uint8Array {
  const patch = new Uint8Array((x1 - x0) * (y1 - y0));
  for (let y = y0; y < y1; y++) {
    patch.set(data.subarray(y * width + x0, y * width + x1), (y - y0) * (x1 - x0));
  }
  return patch;
}
