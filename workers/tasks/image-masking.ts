import type { Detection } from "../../src/contracts/detection.ts";
import { ImageMaskingParameters, type ImageMaskingResult } from "../../src/contracts/tasks.ts";
import { type DetectionPicture, detectInPicture } from "../../src/detection/detection-picture.ts";
import type { Detector } from "../../src/detection/detector.ts";
import { type MaskedDetections, maskDetections } from "../../src/detection/masks/mask-detections.ts";
import { requireShape } from "../../src/detection/masks/require-shape.ts";
import { MaskloomError, parseAs } from "../../src/errors.ts";
import { type Found, toDetections } from "../../src/image/detection-shape.ts";
import type { Size } from "../../src/image/raster.ts";
import { selectDetections } from "../../src/image/select-detections.ts";
import { compileSelection } from "../../src/runs/compile-selection.ts";
import { loadMasks } from "./load-masks.ts";
import { callingDetector } from "./remote-detection.ts";
import type { CostTally } from "./remote-inpainting.ts";
import { saveMask } from "./save-mask.ts";
import type { TaskContext, TaskHandler } from "./task-services.ts";

/** Image in, mask and detections out. Where nothing is found, `onEmpty` decides. */
export const imageMasking: TaskHandler = async (context) => {
  const { task, services, stopwatch } = context;
  const parameters = parseAs(ImageMaskingParameters, task.input, `input of task ${task.taskUUID}`);
  const picture = await stopwatch.time("decode", () =>
    services.images.look(task.ownerUUID, parameters.inputImage),
  );
  const { size } = picture;
  const tally: CostTally = { total: 0, calls: 0 };
  const { detector, found, fallbackUsed } = await findWithFallback(context, picture, parameters, tally);
  const cost = services.remote(task.provider)?.settings.paid === true ? tally.total : null;
  const { width, height } = size;
  const facts = { image: parameters.inputImage, width, height, fallbackUsed };
  if (found.length === 0) return nothingFound(parameters, detector, facts, cost);

  const within =
    parameters.within === undefined ? undefined : await loadMasks(context, parameters.within, size);
  const masked = await stopwatch.time("mask", () =>
    maskDetections(size, found, detector.manifest, parameters, within),
  );
  if (masked.detections.length === 0) return nothingFound(parameters, detector, facts, cost);
  const maskImage = await saveMask(context, masked.mask);
  const detections = await withOwnMasks(context, masked, size);
  const output: ImageMaskingResult = { ...facts, maskImage, detections, count: detections.length };
  return { kind: "succeeded", output, warnings: [], cost };
};

/** As the result tells them; with `combine: perDetection` each has a mask of its own. */
async function withOwnMasks(
  context: TaskContext,
  { detections, perDetection }: MaskedDetections,
  size: Size,
): Promise<Detection[]> {
  const told = toDetections(detections, size);
  let at = 0;
  for (const mask of perDetection) {
    context.signal.throwIfAborted();
    const detection = told[at];
    if (detection !== undefined) told[at] = { ...detection, maskImage: await saveMask(context, mask) };
    at += 1;
  }
  return told;
}

async function findWithFallback(
  context: TaskContext,
  picture: DetectionPicture,
  parameters: ImageMaskingParameters,
  tally: CostTally,
) {
  const { onEmpty, model } = parameters;
  const first = await find(context, picture, parameters, model, tally);
  if (first.found.length > 0 || typeof onEmpty === "string") return { ...first, fallbackUsed: false };
  return { ...(await find(context, picture, parameters, onEmpty.fallback, tally)), fallbackUsed: true };
}

async function find(
  context: TaskContext,
  picture: DetectionPicture,
  parameters: ImageMaskingParameters,
  model: string,
  tally: CostTally,
): Promise<{ detector: Detector; found: Found[] }> {
  const { stopwatch, signal } = context;
  const { confidence, tiling, shape } = parameters;
  const detector = await openDetector(context, model, tally);
  requireShape(detector.manifest, shape);
  const { detections, ms } = await detectInPicture(detector, picture, { confidence, tiling, signal });
  for (const [part, milliseconds] of Object.entries(ms)) stopwatch.add(part, milliseconds);
  const selection = compileSelection(parameters, picture.size);
  const found = selectDetections(detections, picture.size, selection, confidence);
  const scores = detections.slice(0, MOST_SCORES).map(({ score }) => score && Math.round(score * 100) / 100);
  context.record.info(`${model} found ${detections.length}, ${found.length} selected`, {
    confidence,
    scores,
  });
  return { detector, found };
}

/** Of finds that are told of in the log. */
const MOST_SCORES = 50;

/** Where the task is executed: here, or elsewhere by calls that are written down. */
async function openDetector(context: TaskContext, model: string, tally: CostTally): Promise<Detector> {
  const { task, services, modelDigest } = context;
  const provider = services.remote(task.provider);
  if (provider !== null) {
    const remote = provider.findDetector?.(model) ?? null;
    if (remote !== null) return callingDetector(context, remote, provider, tally);
    throw new MaskloomError(
      "MODEL_UNAVAILABLE",
      `model ${model}: provider ${provider.id} does not detect with it`,
    );
  }
  const detector = await services.detector(model);
  requireResolved(detector, modelDigest);
  return detector;
}

/** What another model finds must not be stored as the finds of the one that the batch resolved. */
function requireResolved({ manifest, key }: Detector, modelDigest: string): void {
  if (modelDigest.split("+").includes(key)) return;
  throw new MaskloomError(
    "MODEL_UNAVAILABLE",
    `model ${manifest.id} was replaced, or Maskloom updated, since this batch began: expected what has the digest ` +
      `${modelDigest}, got ${key}; start the batch anew, or bring the earlier model back first`,
  );
}

type Facts = Pick<ImageMaskingResult, "image" | "width" | "height" | "fallbackUsed">;

function nothingFound(
  { onEmpty }: ImageMaskingParameters,
  { manifest }: Detector,
  facts: Facts,
  cost: number | null,
) {
  const message = `${manifest.id} found no ${manifest.detects} in this picture`;
  if (onEmpty === "fail") throw new MaskloomError("NOTHING_DETECTED", `${message}, and onEmpty is "fail"`);
  const output: ImageMaskingResult = { ...facts, maskImage: null, detections: [], count: 0 };
  return { kind: "skipped" as const, output, warnings: [message], cost };
}
