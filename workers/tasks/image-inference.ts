import { ImageInferenceParameters, type ImageInferenceResult } from "../../src/contracts/tasks.ts";
import { parseAs } from "../../src/errors.ts";
import type { DecodedImage } from "../../src/image/codec.ts";
import { encodeImage } from "../../src/image/codec.ts";
import { blankMask, type Image, type Mask } from "../../src/image/raster.ts";
import { checkCapabilities, checkHardCapabilities } from "../../src/inpainting/capabilities.ts";
import { inpaintImage } from "../../src/inpainting/zoom.ts";
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
    ...generation
  } = parameters;
  const inpainter = await services.inpainter(model);
  const { capabilities } = inpainter.manifest;
  checkHardCapabilities(inpainter.manifest, { guideSize });
  const ignored = checkCapabilities(inpainter.manifest, generation, strict);
  const decoded = await stopwatch.time("decode", () => services.images.load(task.ownerUUID, seedImage));
  const mask = await stopwatch.time("decode", () => loadMask(context, decoded.image, maskImage));
  const zoom = { maskMargin, outputScale, guideSize, maxSize, skipIfLarger, colorMatch };
  /* What is not the inpainter's own time is the zoom's: crops, scaling, blending, measuring. */
  const painted = await stopwatch.timeRest("blend", "inpaint", (timeInpainter) =>
    inpaintImage({
      image: decoded.image,
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
  return { kind: "succeeded", output, warnings: [...ignored, ...painted.warnings], cost: null };
};

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

/** A result at rest is lossless, whatever its input was: the next step must not lose what this one made. */
async function saveImage(
  { task, services, stopwatch }: TaskContext,
  image: Image,
  { container }: DecodedImage,
) {
  const bytes = await stopwatch.time("encode", () =>
    encodeImage(image, { format: "png", container, limits: services.limits }),
  );
  const saved = await stopwatch.time("store", () =>
    services.artifacts.save(bytes, {
      owner: task.ownerUUID,
      kind: "image",
      mediaType: "image/png",
      width: image.width,
      height: image.height,
      taskUUID: task.taskUUID,
    }),
  );
  return saved.uuid;
}
