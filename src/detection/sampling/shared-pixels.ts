import type { RgbPixels } from "./letterbox.ts";

/** Copies by what they are copies of: all detectors of a picture share one. */
const COPIES = new WeakMap<Uint8Array, Uint8Array<SharedArrayBuffer>>();

/** The picture in memory that all threads see, so that handing it to one of them copies nothing. */
export function sharePixels({ width, height, data }: RgbPixels): RgbPixels {
  if (data.buffer instanceof SharedArrayBuffer) return { width, height, data };
  const known = COPIES.get(data);
  if (known !== undefined) return { width, height, data: known };
  const copy = new Uint8Array(new SharedArrayBuffer(data.length));
  copy.set(data);
  COPIES.set(data, copy);
  return { width, height, data: copy };
}
