import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import {
  type GenerationParameters,
  ImageInferenceParameters,
  type ImageInferenceResult,
} from "../../src/contracts/tasks.ts";
import { shiftSeed } from "../../src/engine/seeds.ts";
import { MaskloomError, parseAs } from "../../src/errors.ts";
import { fittingCover, fittingMaskCover } from "../../src/image/fit-cover.ts";
import { checkOutputPixels } from "../../src/image/limits.ts";
import { blankMask, type Image, type Mask } from "../../src/image/raster.ts";
import { inSlices } from "../../src/image/slices.ts";
import { checkCapabilities, checkHardCapabilities } from "../../src/inpainting/capabilities.ts";
import { generationOf, turnsOf, zoomOf } from "../../src/inpainting/inference-options.ts";
import type { Inpainter, InpaintPart } from "../../src/inpainting/inpainter.ts";
import { joinNsfwContent } from "../../src/inpainting/nsfw-content.ts";
import { type InpaintedImage, inpaintImage } from "../../src/inpainting/zoom.ts";
import { describeCalls } from "./describe-calls.ts";
import { describeFit, fitTurns, frameOf } from "./inference-frame.ts";
import { loadMasks } from "./load-masks.ts";
import { recordCrops } from "./recorded-inpainter.ts";
import { type CostTally, callingInpainter } from "./remote-inpainting.ts";
import { saveImage } from "./save-image.ts";
import { saveMask } from "./save-mask.ts";
import type { TaskContext, TaskHandler } from "./task-services.ts";

/** Image and mask in, image out: zoomed with maskMargin, whole without. Without a mask the whole image is repainted. */
export const imageInference: TaskHandler = async (context) => {
  const { task, services, stopwatch, signal } = context;
  const parameters = parseAs(ImageInferenceParameters, task.input, `input of task ${task.taskUUID}`);
  const generation = generationOf(parameters);
  const tally: CostTally = { total: 0, calls: 0 };
  const { inpainter, isPaid } = await findInpainter(context, parameters.model, tally);
  checkHardCapabilities(inpainter.manifest, parameters);
  const ignored = checkCapabilities(inpainter.manifest, generation, parameters.strict);
  const decoded = await stopwatch.time("decode", () =>
    services.images.load(task.ownerUUID, parameters.seedImage),
  );
  const { whole, joined } = await loadGiven(context, decoded.image, parameters.maskImage);
  const frame = frameOf(decoded.image, parameters);
  checkOutputPixels(frame, services.limits);
  const { turns, warnings: turnWarnings } = turnsOf(parameters);
  const work = {
    image: await inSlices(fittingCover(decoded.image, frame), signal),
    mask: await inSlices(fittingMaskCover(whole, frame), signal),
    zoom: zoomOf(parameters),
    turns: fitTurns(turns, decoded.image, frame),
    accept: parameters.accept,
    signal,
    limits: services.limits,
  };
  const wanted = candidatesOf(inpainter, parameters, generation);
  const made: Made[] = [];
  for (const [at, candidate] of wanted.parameters.entries()) {
    const painted = await paint(context, inpainter, { ...work, parameters: candidate }, at);
    made.push(describeMade(painted, await saveImage(context, painted.image, decoded)));
  }
  const warnings = made.flatMap((one) => one.warnings);
  return {
    kind: "succeeded",
    output: { ...outputOf(made), ...joined },
    warnings: [
      ...new Set([
        ...ignored,
        ...wanted.warnings,
        ...turnWarnings,
        ...describeFit(decoded.image, frame),
        ...(isPaid
          ? describeCalls(inpainter, { ...work.zoom, ...tally, generation, pictures: made.length })
          : []),
        ...warnings,
      ]),
    ],
    cost: isPaid ? tally.total : null,
  };
};

/** Where the task is executed: here, or elsewhere by calls that are written down. */
async function findInpainter(context: TaskContext, model: string, tally: CostTally) {
  const { task, services } = context;
  const provider = services.remote(task.provider);
  if (provider === null) return { inpainter: await services.inpainter(model), isPaid: false };
  let manifest = provider.findInpainter(model);
  if (manifest === null) {
    /* Another process has asked it what it has; this one has not yet. */
    await provider.refresh?.(context.signal);
    manifest = provider.findInpainter(model);
  }
  if (manifest === null) {
    throw new MaskloomError(
      "MODEL_UNAVAILABLE",
      `model ${model}: provider ${provider.id} does not have it any more`,
    );
  }
  const inpainter = callingInpainter(context, provider.createInpainter(manifest), provider, tally);
  return { inpainter, isPaid: provider.settings.paid };
}

type Work = Omit<Parameters<typeof inpaintImage>[0], "inpaint" | "capabilities">;

/** Whoever works for several regions at a time is said to repaint as long as any of them is repainted. */
const INPAINT_PARTS: readonly InpaintPart[] = ["inpaint", "upload", "wait"];

/** What is not the inpainter's own time is the zoom's: crops, scaling, blending, measuring. */
async function paint(
  context: TaskContext,
  inpainter: Inpainter,
  work: Work,
  candidate: number,
): Promise<InpaintedImage> {
  const { stopwatch, record, signal } = context;
  const { capabilities } = inpainter.manifest;
  const { maskMargin: margin, ...whole } = work.zoom;
  /* Who zooms by itself gets the whole picture once; what it answers is blended through the mask all the same. */
  const native = margin !== undefined && (inpainter.zoomsItself?.(work.parameters ?? {}) ?? false);
  const recorded = recordCrops(context, inpainter, candidate);
  try {
    return await stopwatch.timeParts("blend", INPAINT_PARTS, (enter) =>
      inpaintImage({
        ...work,
        ...(native ? { zoom: whole, turns: [] } : {}),
        capabilities,
        concurrency: inpainter.regionsAtOnce ?? 1,
        async inpaint(request) {
          const onPart = enter("inpaint");
          try {
            return await recorded.inpaint({ ...request, ...(native ? { margin } : {}), onPart });
          } finally {
            onPart(null);
          }
        },
      }),
    );
  } finally {
    const written = recorded.finish();
    if (signal.aborted) record.leave(written);
    else await stopwatch.time("store", () => written);
  }
}

/** Each candidate has the seed after the one before. Without chance all would be the same picture, so there is one. */
function candidatesOf(
  { manifest }: Inpainter,
  { candidates }: ImageInferenceParameters,
  generation: GenerationParameters,
): { readonly parameters: readonly GenerationParameters[]; readonly warnings: readonly string[] } {
  if (candidates === 1) return { parameters: [generation], warnings: [] };
  if (!manifest.capabilities.soft.includes("seed")) {
    const warning = `candidates: model ${manifest.id} leaves nothing to chance, so one was made instead of ${candidates}`;
    return { parameters: [generation], warnings: [warning] };
  }
  const { seed } = generation;
  const parameters = Array.from({ length: candidates }, (_, by) =>
    seed === undefined ? generation : { ...generation, seed: shiftSeed(seed, by) },
  );
  return { parameters, warnings: [] };
}

/** A finished picture without its pixels: several candidates must not be in memory at once. */
interface Made {
  readonly result: ImageInferenceResult;
  readonly seeds: readonly number[];
  readonly NSFWContent: boolean | undefined;
  readonly warnings: readonly string[];
}

function describeMade(painted: InpaintedImage, image: ArtifactUUID): Made {
  const { regions, pixelsChangedOutside, pixelsChangedInside, warnings, seed, seeds, NSFWContent } = painted;
  const { width, height } = painted.image;
  const quality = { regions: [...regions], pixelsChangedOutside, pixelsChangedInside };
  const told = seed === undefined ? {} : { seed };
  return { result: { image, width, height, ...told, quality }, seeds, NSFWContent, warnings };
}

function outputOf(made: readonly Made[]): ImageInferenceResult {
  const [first] = made.map(({ result }) => result);
  if (first === undefined) throw new MaskloomError("INTERNAL", "imageInference: no candidate was made");
  const seeds = [...new Set(made.flatMap((one) => one.seeds))];
  const NSFWContent = joinNsfwContent(made.map((one) => one.NSFWContent));
  return {
    ...first,
    ...(seeds.length === 0 ? {} : { seeds }),
    ...(NSFWContent === undefined ? {} : { NSFWContent }),
    candidates: made.map(({ result }) => result.image),
  };
}

/** Of several masks the union is kept, so that it can be seen, edited and blended through. */
async function loadGiven(
  context: TaskContext,
  image: Image,
  given: ImageInferenceParameters["maskImage"],
): Promise<{ readonly whole: Mask; readonly joined: Pick<ImageInferenceResult, "maskImage"> }> {
  if (given === undefined) return { whole: wholeMask(image), joined: {} };
  const whole = await loadMasks(context, given, image);
  return { whole, joined: Array.isArray(given) ? { maskImage: await saveMask(context, whole) } : {} };
}

function wholeMask(image: Image): Mask {
  const mask = blankMask(image);
  mask.data.fill(255);
  return mask;
}
