import type { InpainterManifest, InpaintingNetwork, ModelSource } from "../../../../contracts/manifest.ts";
import { MaskloomError } from "../../../../errors.ts";
import type { FloatImage, Mask, Size } from "../../../../image/raster.ts";
import { scaleImage } from "../../../../image/resample.ts";
import { scaleMask } from "../../../../image/scale-mask.ts";
import type { InferencePool } from "../../../../onnx/inference-pool.ts";
import type { Tensors } from "../../../../onnx/tensor.ts";
import { unreadableModel } from "../../../../onnx/unreadable-model.ts";
import type { Inpainter } from "../../../inpainter.ts";
import { maskTensor, pictureTensor, readPicture } from "./picture-tensor.ts";

/** What a network runs on, and where the bytes of its weights come from. */
export interface NetworkRuntime {
  readonly pool: InferencePool;
  /** The checked bytes. Throws MODEL_UNAVAILABLE where the file is absent, MODEL_UNREADABLE where it is damaged. */
  readWeights(source: ModelSource): Promise<Uint8Array>;
}

/** Whatever ONNX network a manifest describes, as an inpainter. It is loaded at its first call. */
export function createNetworkInpainter(
  manifest: InpainterManifest & { readonly network: InpaintingNetwork },
  { pool, readWeights }: NetworkRuntime,
): Inpainter {
  const { id, network } = manifest;
  return {
    manifest,
    async inpaint({ image, mask, signal }) {
      signal.throwIfAborted();
      const model = await pool.load({
        name: id,
        key: `${network.source.sha256}-inpainter`,
        convert: () => readWeights(network.source),
      });
      const size = sizeFor(network, image);
      const { outputs } = await pool.run(model, inputsOf(network, image, mask, size), signal);
      return { image: resized(answerOf(manifest, outputs, size), image) };
    },
  };
}

/** The network's own size, or the crop's where it takes any. */
function sizeFor({ size }: InpaintingNetwork, { width, height }: Size): Size {
  return size === null ? { width, height } : { width: size[0], height: size[1] };
}

function inputsOf(network: InpaintingNetwork, image: FloatImage, mask: Mask, size: Size): Tensors {
  return {
    [network.image.name]: pictureTensor(resized(image, size), network.image),
    [network.mask.name]: maskTensor(isSize(mask, size) ? mask : scaleMask(mask, size), network.mask),
  };
}

/** Crops of a network of a fixed size have its shape but for the rounding of one side. */
const resized = (image: FloatImage, size: Size): FloatImage =>
  isSize(image, size) ? image : scaleImage(image, size);

const isSize = (one: Size, other: Size): boolean => one.width === other.width && one.height === other.height;

function answerOf(
  { id, network }: Parameters<typeof createNetworkInpainter>[0],
  outputs: Tensors,
  size: Size,
): FloatImage {
  const { output, image } = network;
  const tensor = outputs[output.name];
  if (tensor === undefined) {
    throw unreadableModel(
      id,
      `expected an output called ${output.name}, it has ${Object.keys(outputs).join(", ")}`,
    );
  }
  const picture = readPicture(tensor, size, output, image.channels);
  if (picture !== null) return picture;
  throw new MaskloomError(
    "OUTPUT_INVALID",
    `model ${id}: expected an answer of [1, 3, ${size.height}, ${size.width}], got [${tensor.dims.join(", ")}]`,
  );
}
