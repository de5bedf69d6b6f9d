import { LRUCache } from "lru-cache";
import type { ArtifactUUID, OwnerUUID } from "../src/contracts/ids.ts";
import { type DetectionPicture, openPicture, reductionOf } from "../src/detection/detection-picture.ts";
import type { RgbPixels } from "../src/detection/sampling/letterbox.ts";
import { sharePixels } from "../src/detection/sampling/shared-pixels.ts";
import { type DecodedImage, decodeImage } from "../src/image/codec.ts";
import { decodeMask } from "../src/image/decode-mask.ts";
import { type ImageLimits, limitsInside } from "../src/image/limits.ts";
import type { Mask, Size } from "../src/image/raster.ts";
import { toRgb } from "../src/image/samples.ts";
import { toSrgb } from "../src/image/to-srgb.ts";
import type { ArtifactLibrary } from "../src/runs/artifact-library.ts";
import { untilAborted } from "../src/until-aborted.ts";

/** Memory for pictures that the next step of the same run will want again; one of 12 megapixels takes 72 MB. */
const CACHE_BYTES = 96 * 1024 * 1024;

export interface DecodedPicture extends DecodedImage {
  /** As detectors see it, where all threads see it; made when first asked for. */
  rgb(): RgbPixels;
}

export interface DecodedImages {
  load(owner: OwnerUUID, uuid: ArtifactUUID): Promise<DecodedPicture>;
  /**
   * The same to be looked at only: of a huge picture as much as detectors can use, so that it is never in memory as a
   * whole. Whatever is in memory already, the same picture yields the same pixels.
   */
  look(owner: OwnerUUID, uuid: ArtifactUUID): Promise<DetectionPicture>;
  /** As the mask of an image of `size`. */
  loadMask(owner: OwnerUUID, uuid: ArtifactUUID, size: Size): Promise<Mask>;
  /**
   * The same for a picture that no later step will want: it is not kept. Pixels that are dropped at once cost little;
   * kept until others push them out they are old, and the search for old garbage took a third of a small task's time.
   */
  readonly unkept: Omit<DecodedImages, "unkept">;
}

/**
 * Pixels of artifacts, decoded once for all steps that want them, one after another or at the same time. Nobody may
 * write into them.
 */
export function createDecodedImages(
  artifacts: Pick<ArtifactLibrary, "find" | "load">,
  limits: ImageLimits,
): DecodedImages {
  const inside = limitsInside(limits);
  const cache = new LRUCache<string, DecodedPicture>({ maxSize: CACHE_BYTES });
  const decoding = new Map<string, Promise<DecodedPicture>>();
  const decode = async (owner: OwnerUUID, uuid: ArtifactUUID, digest: string, keep: boolean) => {
    const { content } = await artifacts.load(owner, uuid);
    const decoded = asPicture(await decodeImage(content, inside));
    /* What a file says beside its pixels are parts of its bytes, which stay in memory for as long as one of them does. */
    if (keep) cache.set(digest, decoded, { size: bytesOf(decoded) + content.byteLength });
    return decoded;
  };
  const looking = new Map<string, Promise<DetectionPicture>>();
  const loadingAnd = (keep: boolean): DecodedImages["unkept"] => {
    const load = async (owner: OwnerUUID, uuid: ArtifactUUID): Promise<DecodedPicture> => {
      const { digest } = await artifacts.find(owner, uuid);
      return cache.get(digest) ?? once(decoding, digest, () => decode(owner, uuid, digest, keep));
    };
    return {
      load,
      async look(owner, uuid) {
        const { digest, width, height } = await artifacts.find(owner, uuid);
        if (width === null || height === null || reductionOf({ width, height }) === 1) {
          return asLookedAt(await load(owner, uuid));
        }
        return once(looking, digest, async () => {
          const { content } = await artifacts.load(owner, uuid);
          return openPicture(content, inside);
        });
      },
      async loadMask(owner, uuid, size) {
        const { content } = await artifacts.load(owner, uuid);
        return decodeMask(content, size, inside);
      },
    };
  };
  return { ...loadingAnd(true), unkept: loadingAnd(false) };
}

/** For one who waits no longer once the signal has fired: what is being decoded comes to its end by itself. */
export function leaveWhenAborted(
  images: DecodedImages["unkept"],
  signal: AbortSignal,
): DecodedImages["unkept"] {
  return {
    load: (owner, uuid) => untilAborted(images.load(owner, uuid), signal),
    look: (owner, uuid) => untilAborted(images.look(owner, uuid), signal),
    loadMask: (owner, uuid, size) => untilAborted(images.loadMask(owner, uuid, size), signal),
  };
}

/** What several ask for at the same time is made once. */
function once<Result>(
  pending: Map<string, Promise<Result>>,
  key: string,
  make: () => Promise<Result>,
): Promise<Result> {
  const known = pending.get(key);
  if (known !== undefined) return known;
  const started = make().finally(() => pending.delete(key));
  pending.set(key, started);
  return started;
}

function asLookedAt(picture: DecodedPicture): DetectionPicture {
  const { image } = picture;
  return { size: { width: image.width, height: image.height }, pixels: picture.rgb(), original: image };
}

function asPicture(decoded: DecodedImage): DecodedPicture {
  let converted: RgbPixels | undefined;
  return {
    ...decoded,
    rgb() {
      const rgb = converted ?? sharePixels(toSrgb(toRgb(decoded.image), decoded.container.icc));
      converted = rgb;
      return rgb;
    },
  };
}

/** With room for what detectors see. */
function bytesOf({ image: { width, height, data } }: DecodedImage): number {
  return data.byteLength + width * height * 3;
}
