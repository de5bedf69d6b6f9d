import { ImageInferenceParameters, type ImageInferenceResult } from "../../src/contracts/tasks.ts";
import { parseAs } from "../../src/errors.ts";
import { coverBox, fitCover, fitMaskCover } from "../../src/image/fit-cover.ts";
import { checkOutputPixels } from "../../src/image/limits.ts";
import { blankMask, type Image, type Mask, type Size } from "../../src/image/raster.ts";
import { checkCapabilities, checkHardCapabilities } from "../../src/inpainting/capabilities.ts";
import { inpaintImage } from "../../src/inpainting/zoom.ts";
import { saveImage } from "./save-image.ts";
import type { TaskContext, TaskHandler } from "./task-services.ts";

/** Image and mask in, image out: zoomed with maskMargin, whole without. Without a mask the whole image is repainted. */
export const imageInference: TaskHandler = async (context) => {
  const { task, services, stopwatch, signal } = context;
  const parameters = parseAs(ImageInferenceParameters, task.input, `input of task ${task.taskUUID}`);
  const {
    seedImage,
    maskImage,
    model,
    strict,
    maskMargin,
    outputScale,
    guideSize,
    maxSize,
    skipIfLarger,
    colorMatch,
    width,
    height,
    accept: _accept,
    candidates: _candidates,
    align: _align,
    turns: _turns,
    ...generation
  } = parameters;
  const inpainter = await services.inpainter(model);
  const { capabilities } = inpainter.manifest;
  checkHardCapabilities(inpainter.manifest, { guideSize });
  const ignored = checkCapabilities(inpainter.manifest, generation, strict);
  const decoded = await stopwatch.time("decode", () => services.images.load(task.ownerUUID, seedImage));
  const whole = await stopwatch.time("decode", () => loadMask(context, decoded.image, maskImage));
  const frame = frameOf(decoded.image, { width, height });
  checkOutputPixels(frame, services.limits);
  const seed = fitCover(decoded.image, frame);
  const mask = fitMaskCover(whole, frame);
  const zoom = { maskMargin, outputScale, guideSize, maxSize, skipIfLarger, colorMatch };
  /* What is not the inpainter's own time is the zoom's: crops, scaling, blending, measuring. */
  const painted = await stopwatch.timeRest("blend", "inpaint", (timeInpainter) =>
    inpaintImage({
      image: seed,
      mask,
      zoom,
      parameters: generation,
      capabilities,
      inpaint: (request) => timeInpainter(() => inpainter.inpaint(request)),
      signal,
      limits: services.limits,
    }),
  );
  const image = await saveImage(context, painted.image, decoded);
  const output: ImageInferenceResult = {
    image,
    width: painted.image.width,
    height: painted.image.height,
    ...(painted.seed === undefined ? {} : { seed: painted.seed }),
    quality: {
      regions: [...painted.regions],
      pixelsChangedOutside: painted.pixelsChangedOutside,
      pixelsChangedInside: painted.pixelsChangedInside,
    },
  };
  return {
    kind: "succeeded",
    output,
    warnings: [...ignored, ...fitted(decoded.image, frame), ...painted.warnings],
    cost: null,
  };
};

/** One side alone keeps the picture's shape. */
function frameOf(
  image: Size,
  { width, height }: { width?: number | undefined; height?: number | undefined },
): Size {
  const shape = image.width / image.height;
  if (width === undefined && height === undefined) return { width: image.width, height: image.height };
  return {
    width: width ?? Math.max(1, Math.round((height ?? image.height) * shape)),
    height: height ?? Math.max(1, Math.round((width ?? image.width) / shape)),
  };
}

function fitted(image: Size, frame: Size): string[] {
  if (image.width === frame.width && image.height === frame.height) return [];
  const cropped = coverBox(image, frame);
  const kept = `${cropped.x1 - cropped.x0}x${cropped.y1 - cropped.y0}`;
  return [
    `the seed image has ${image.width}x${image.height} pixels and was fitted by cover: the ${kept} in its middle were ` +
      `scaled to ${frame.width}x${frame.height}, and a mask with it`,
  ];
}

async function loadMask(
  { task, services }: TaskContext,
  image: Image,
  maskImage: ImageInferenceParameters["maskImage"],
): Promise<Mask> {
  if (maskImage === undefined) return wholeMask(image);
  return services.images.loadMask(task.ownerUUID, maskImage, image);
}

function wholeMask(image: Image): Mask {
  const mask = blankMask(image);
  mask.data.fill(255);
  return mask;
}
