import { LRUCache } from "lru-cache";
import type { ArtifactUUID, OwnerUUID } from "../src/contracts/ids.ts";
import { type DecodedImage, decodeImage } from "../src/image/codec.ts";
import { decodeMask } from "../src/image/decode-mask.ts";
import { type ImageLimits, limitsInside } from "../src/image/limits.ts";
import type { Mask, Size } from "../src/image/raster.ts";
import type { ArtifactLibrary } from "../src/runs/artifact-library.ts";

/** Memory for pictures that the next step of the same run will want again. */
const CACHE_BYTES = 256 * 1024 * 1024;

export interface DecodedImages {
  load(owner: OwnerUUID, uuid: ArtifactUUID): Promise<DecodedImage>;
  /** As the mask of an image of `size`. */
  loadMask(owner: OwnerUUID, uuid: ArtifactUUID, size: Size): Promise<Mask>;
}

/** Pixels of artifacts, decoded once for the steps that follow one another. Nobody may write into them. */
export function createDecodedImages(artifacts: ArtifactLibrary, limits: ImageLimits): DecodedImages {
  const inside = limitsInside(limits);
  const cache = new LRUCache<string, DecodedImage>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ image }) => image.data.byteLength,
  });
  return {
    async load(owner, uuid) {
      const { digest } = await artifacts.find(owner, uuid);
      const known = cache.get(digest);
      if (known !== undefined) return known;
      const { content } = await artifacts.load(owner, uuid);
      const decoded = await decodeImage(content, inside);
      cache.set(digest, decoded);
      return decoded;
    },
    async loadMask(owner, uuid, size) {
      const { content } = await artifacts.load(owner, uuid);
      return decodeMask(content, size, inside);
    },
  };
}
