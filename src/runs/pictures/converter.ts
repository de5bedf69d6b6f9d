import { availableParallelism } from "node:os";
import { LRUCache } from "lru-cache";
import pLimit from "p-limit";
import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Digest } from "../../contracts/ids.ts";
import { decodeImage, encodeImage } from "../../image/codec.ts";
import { type ImageLimits, limitsInside } from "../../image/limits.ts";
import { MEDIA_TYPES } from "../../image/media-types.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import { type ConversionKey, findConversion, saveConversion } from "../../store/conversions.ts";
import type { Store } from "../../store/store.ts";

export interface PictureForm {
  readonly format: ImageFormat;
  /** 1..100; means nothing to PNG. */
  readonly quality: number;
}

/** A stored picture, as far as converting it goes. */
interface Source {
  readonly digest: Digest;
  readonly bytes: number;
  readonly mediaType: string;
}

/** Pictures at rest in the formats that callers want. */
export interface Converter {
  /** The bytes, made if need be and kept in memory for a while. */
  encode(source: Source, form: PictureForm): Promise<Uint8Array>;
  /** The same at rest: made once, whoever asks. */
  keep(source: Source, form: PictureForm): Promise<{ readonly digest: Digest; readonly bytes: number }>;
}

const MEGABYTE = 1024 * 1024;
const CACHE_BYTES = 64 * MEGABYTE;

/**
 * What is at rest in the wanted format is given out as it is: re-encoding would only take from it. Otherwise the metadata
 * goes along, colour profile included, as far as the format has a place for it.
 */
export function createConverter(store: Pick<Store, "db">, blobs: BlobStore, limits: ImageLimits): Converter {
  const inside = limitsInside(limits);
  /* Each one holds a picture decoded. */
  const limit = pLimit(availableParallelism());
  const made = new LRUCache<string, Uint8Array>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (bytes) => bytes.length + 1,
  });
  const making = new Map<string, Promise<Uint8Array>>();

  const make = async (source: Source, { format, quality }: PictureForm): Promise<Uint8Array> => {
    const { image, container } = await decodeImage(await blobs.get(source.digest), inside);
    return encodeImage(image, { format, quality, lossless: false, container, limits: inside });
  };

  const encode = async (source: Source, form: PictureForm): Promise<Uint8Array> => {
    if (isInForm(source, form)) return blobs.get(source.digest);
    const key = Object.values(conversionKey(source, form)).join(" ");
    const known = made.get(key) ?? making.get(key);
    if (known !== undefined) return known;
    const started = limit(() => make(source, form)).finally(() => making.delete(key));
    making.set(key, started);
    const bytes = await started;
    made.set(key, bytes);
    return bytes;
  };

  return {
    encode,
    async keep(source, form) {
      if (isInForm(source, form)) return source;
      const key = conversionKey(source, form);
      const known = await findConversion(store.db, key);
      if (known !== null && (await blobs.has(known.digest))) return known;
      const stored = await blobs.put(await encode(source, form));
      await saveConversion(store.db, key, { ...stored, mediaType: MEDIA_TYPES[form.format] });
      return stored;
    },
  };
}

const isInForm = ({ mediaType }: Source, { format }: PictureForm): boolean =>
  mediaType === MEDIA_TYPES[format];

const conversionKey = ({ digest }: Source, { format, quality }: PictureForm): ConversionKey => ({
  source: digest,
  format,
  quality: format === "png" ? 0 : quality,
});
