import { type CompositeResult, GatherParameters } from "../../src/contracts/tasks.ts";
import { MaskloomError, parseAs } from "../../src/errors.ts";
import { enlargingImage, scalingSamples } from "../../src/image/enlarge-image.ts";
import { fitMaskCover, fittingCover } from "../../src/image/fit-cover.ts";
import { checkOutputPixels } from "../../src/image/limits.ts";
import { blankMask, type Image, type Mask, type Size } from "../../src/image/raster.ts";
import { scalingMask } from "../../src/image/scale-mask.ts";
import { inSlices, type Steps } from "../../src/image/slices.ts";
import { measuringChanges } from "../../src/inpainting/changes.ts";
import { Gathering } from "../../src/inpainting/gather.ts";
import { saveImage } from "./save-image.ts";
import type { TaskContext, TaskHandler } from "./task-services.ts";

type Element = GatherParameters["elements"][number];

/** The fan-in of a `forEach` step: every element's part, laid over the picture that all of them were made from. */
export const gather: TaskHandler = async (context) => {
  const { task, services, stopwatch, signal } = context;
  const { seedImage, elements } = parseAs(GatherParameters, task.input, `input of task ${task.taskUUID}`);
  const seed = await load(context, seedImage);
  const size = await largestElement(context, seed.image, elements);
  checkOutputPixels(size, services.limits);
  const base = await stopwatch.time("blend", () => inSlices(fittingCanvas(seed.image, size), signal));
  const gathering = new Gathering(base);
  const union = blankMask(base);
  for (const element of elements) {
    signal.throwIfAborted();
    const { image } = await load(context, element.image);
    const mask = await loadMask(context, element, seed.image, image);
    await stopwatch.time("blend", async () => {
      const onCanvas = await inSlices(scalingMask(mask, base), signal);
      await inSlices(gathering.adding(await inSlices(bringingToSize(image, base), signal), onCanvas), signal);
      raise(union, onCanvas);
    });
  }
  const { image, changes } = await stopwatch.time("blend", async () => {
    const gathered = gathering.finish();
    return { image: gathered, changes: await inSlices(measuringChanges(base, gathered, union), signal) };
  });
  const output: CompositeResult = {
    image: await saveImage(context, image, seed),
    width: image.width,
    height: image.height,
    quality: { regions: [], pixelsChangedOutside: changes.outside, pixelsChangedInside: changes.inside },
  };
  return { kind: "succeeded", output, warnings: [], cost: null };
};

const load = ({ task, services, stopwatch }: TaskContext, uuid: Element["image"]) =>
  stopwatch.time("decode", () => services.images.load(task.ownerUUID, uuid));

/** The mask as the element was painted through it: fitted to its frame as the seed image was. */
async function loadMask(
  { task, services, stopwatch }: TaskContext,
  { maskImage }: Element,
  seed: Size,
  image: Size,
): Promise<Mask> {
  const whole = await stopwatch.time("decode", () =>
    services.images.loadMask(task.ownerUUID, maskImage, seed),
  );
  return enlargementOf(seed, image) === null ? fitMaskCover(whole, image) : whole;
}

/** Elements are as large as the picture, or larger where they were asked for at a larger scale or in another frame. */
async function largestElement(context: TaskContext, seed: Size, elements: readonly Element[]): Promise<Size> {
  let largest: Size | null = null;
  for (const { image: uuid } of elements) {
    const { width, height } = await context.services.artifacts.find(context.task.ownerUUID, uuid);
    if (width === null || height === null) continue;
    if (largest === null || width * height > largest.width * largest.height) largest = { width, height };
  }
  return largest ?? { width: seed.width, height: seed.height };
}

/** How many times larger; null where it is no whole number of times on both sides. */
function enlargementOf(seed: Size, size: Size): number | null {
  const factor = size.width / seed.width;
  return Number.isInteger(factor) && size.height === seed.height * factor ? factor : null;
}

/** The picture at the elements' size, made as an element's own canvas is. */
function fittingCanvas(seed: Image, size: Size): Steps<Image> {
  const factor = enlargementOf(seed, size);
  return factor === null ? fittingCover(seed, size) : enlargingImage(seed, factor);
}

function* bringingToSize(element: Image, base: Size): Steps<Image> {
  if (element.width === base.width && element.height === base.height) return element;
  const ratio = element.width / element.height / (base.width / base.height);
  if (Math.abs(ratio - 1) <= 0.01)
    return yield* scalingSamples(element, { width: base.width, height: base.height });
  throw new MaskloomError(
    "INPUT_INVALID",
    `forEach: expected elements of one shape, got ${base.width}x${base.height} and ${element.width}x${element.height}; ` +
      "width and height must be the same for all of them",
  );
}

function raise(union: Mask, mask: Mask): void {
  for (let i = 0; i < union.data.length; i++) {
    union.data[i] = Math.max(union.data[i] as number, mask.data[i] as number);
  }
}
