import type { ArtifactUUID, OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { type DecodedImage, decodeImage, encodeImage, encodeMask } from "../../image/codec.ts";
import { decodeMask } from "../../image/decode-mask.ts";
import { limitsInside } from "../../image/limits.ts";
import type { Image, Mask, Size } from "../../image/raster.ts";
import type { Services } from "../services.ts";

export type ComposeServices = Pick<Services, "artifacts" | "config">;

/** Pixels of one owner's artifacts, and new ones that belong to a review. */
export interface Composer {
  load(uuid: ArtifactUUID): Promise<DecodedImage>;
  /** As the mask of a picture of this size. */
  loadMask(uuid: ArtifactUUID, size: Size): Promise<Mask>;
  /** Lossless, with what the file of `like` carried. */
  saveImage(image: Image, like: DecodedImage): Promise<ArtifactUUID>;
  saveMask(mask: Mask): Promise<ArtifactUUID>;
}

export function composerFor(
  { artifacts, config: { limits } }: ComposeServices,
  owner: OwnerUUID,
  taskUUID: TaskUUID,
): Composer {
  const inside = limitsInside(limits);
  const save = async (bytes: Uint8Array, kind: "image" | "mask", { width, height }: Size) => {
    const made = { owner, kind, mediaType: "image/png", width, height, taskUUID };
    return (await artifacts.save(bytes, made)).uuid;
  };
  return {
    load: async (uuid) => decodeImage((await artifacts.load(owner, uuid)).content, inside),
    loadMask: async (uuid, size) => decodeMask((await artifacts.load(owner, uuid)).content, size, inside),
    saveImage: async (image, { container }) =>
      save(await encodeImage(image, { format: "png", container, limits }), "image", image),
    saveMask: async (mask) => save(await encodeMask(mask), "mask", mask),
  };
}

/** @throws INPUT_INVALID where regions of the one are not at the same place of the other */
export function checkSameSize(one: Size, other: Size): void {
  if (one.width === other.width && one.height === other.height) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `regions: expected a picture of the size that it had before, ${other.width}x${other.height}, got ` +
      `${one.width}x${one.height}; decide about the whole picture`,
  );
}
