import { CompositeParameters, type CompositeResult } from "../../src/contracts/tasks.ts";
import { MaskloomError, parseAs } from "../../src/errors.ts";
import { scalingSamples } from "../../src/image/enlarge-image.ts";
import { checkOutputPixels } from "../../src/image/limits.ts";
import type { Image, Size } from "../../src/image/raster.ts";
import { inSlices, type Steps } from "../../src/image/slices.ts";
import { measuringChanges } from "../../src/inpainting/changes.ts";
import { compositing } from "../../src/inpainting/composite.ts";
import type { DecodedPicture } from "../decoded-images.ts";
import { loadMasks } from "./load-masks.ts";
import { saveImage } from "./save-image.ts";
import { saveMask } from "./save-mask.ts";
import type { TaskHandler } from "./task-services.ts";

/** How far the shapes of the two pictures may be apart for one to be scaled to the other. */
const ASPECT_TOLERANCE = 0.01;

/** One picture laid on another through a mask; the smaller of the two is enlarged to the size of the other. */
export const composite: TaskHandler = async (context) => {
  const { task, services, stopwatch, signal } = context;
  const parameters = parseAs(CompositeParameters, task.input, `input of task ${task.taskUUID}`);
  const [base, over] = await stopwatch.time("decode", () =>
    Promise.all([
      services.images.load(task.ownerUUID, parameters.base),
      services.images.load(task.ownerUUID, parameters.over),
    ]),
  );
  const size = commonSize(base.image, over.image);
  checkOutputPixels(size, services.limits);
  const mask = await loadMasks(context, parameters.mask, size);
  const { before, after, changes } = await stopwatch.time("blend", async () => {
    const enlarged = await inSlices(scalingTo(base.image, size), signal);
    const above = await inSlices(scalingTo(over.image, size), signal);
    const laid = await inSlices(compositing(enlarged, above, mask), signal);
    const measured = await inSlices(measuringChanges(enlarged, laid, mask), signal);
    return { before: enlarged, after: laid, changes: measured };
  });
  const joined = Array.isArray(parameters.mask) ? { maskImage: await saveMask(context, mask) } : {};
  const output: CompositeResult = {
    ...joined,
    image: await saveImage(context, after, base),
    width: after.width,
    height: after.height,
    quality: { regions: [], pixelsChangedOutside: changes.outside, pixelsChangedInside: changes.inside },
  };
  return { kind: "succeeded", output, warnings: warningsOf(base, over, before), cost: null };
};

function commonSize(base: Size, over: Size): Size {
  const ratio = over.width / over.height / (base.width / base.height);
  if (Math.abs(ratio - 1) <= ASPECT_TOLERANCE) {
    const { width, height } = over.width > base.width ? over : base;
    return { width, height };
  }
  throw new MaskloomError(
    "INPUT_INVALID",
    `composite: expected base and over of one shape, within 1 %, got ${base.width}x${base.height} and ` +
      `${over.width}x${over.height}; a resize step before it brings one to the size of the other`,
  );
}

function* scalingTo(image: Image, { width, height }: Size): Steps<Image> {
  if (image.width === width && image.height === height) return image;
  return yield* scalingSamples(image, { width, height });
}

function warningsOf(base: DecodedPicture, over: DecodedPicture, { width, height }: Size): string[] {
  const warnings: string[] = [];
  for (const [name, { image }] of [
    ["base", base],
    ["over", over],
  ] as const) {
    if (image.width === width && image.height === height) continue;
    warnings.push(`${name} has ${image.width}x${image.height} pixels and was scaled to ${width}x${height}`);
  }
  if (!sameBytes(base.container.icc, over.container.icc)) {
    warnings.push("over has another colour profile than base: its samples were taken as they are");
  }
  return warnings;
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a, b) === 0;
}
