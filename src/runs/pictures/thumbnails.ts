import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";
import { encodeThumbnail } from "../../image/codec.ts";
import { type ImageLimits, limitsInside } from "../../image/limits.ts";
import type { PixelBox } from "../../image/raster.ts";
import { type Conversion, findConversion, saveConversion } from "../../store/conversions.ts";
import type { Store } from "../../store/store.ts";

/** Small WEBP copies, made once and kept beside what they are copies of: they are removed together. */
export interface Thumbnails {
  /**
   * @param side the longest one, in pixels; a picture that is smaller keeps its size
   * @param box the part of the upright picture that is wanted; null = all of it
   * @throws INPUT_INVALID for a box beside the picture
   */
  find(source: Digest, side: number, box?: PixelBox | null): Promise<Conversion>;
}

export const THUMBNAIL_TYPE = "image/webp";

export function createThumbnails(
  { db }: Pick<Store, "db">,
  blobs: BlobStore,
  limits: ImageLimits,
): Thumbnails {
  const inside = limitsInside(limits);
  /* Each one holds a picture decoded. */
  const limit = pLimit(availableParallelism());
  const making = new Map<string, Promise<Conversion>>();

  const make = async (
    source: Digest,
    side: number,
    box: PixelBox | null,
    format: string,
  ): Promise<Conversion> => {
    const stored = await blobs.put(await encodeThumbnail(await blobs.get(source), side, inside, box));
    await saveConversion(db, { source, format, quality: 0 }, { ...stored, mediaType: THUMBNAIL_TYPE });
    return stored;
  };

  return {
    async find(source, side, box = null) {
      const part = box === null ? "" : `-${box.x0}-${box.y0}-${box.x1}-${box.y1}`;
      const format = `thumbnail-${side}${part}`;
      const known = await findConversion(db, { source, format, quality: 0 });
      if (known !== null && (await blobs.has(known.digest))) return known;
      const key = `${source} ${format}`;
      const started = making.get(key) ?? limit(() => make(source, side, box, format));
      making.set(key, started);
      return started.finally(() => making.delete(key));
    },
  };
}
