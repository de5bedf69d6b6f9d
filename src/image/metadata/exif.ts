import { findJpegs } from "./jpeg-segments.ts";
import { SHORT, Tiff } from "./tiff.ts";

const ORIENTATION = 0x0112;
/** Tags of where a thumbnail's bytes lie and how many they are: as JPEG, and uncompressed in one or more strips. */
const THUMBNAIL_TAGS = [
  [0x0201, 0x0202],
  [0x0111, 0x0117],
] as const;

/** How the stored pixels must be turned to stand upright; 1 = not at all. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

export function readOrientation(exif: Uint8Array): Orientation {
  const tiff = new Tiff(exif);
  const entry = tiff.entry(tiff.firstDirectory, ORIENTATION);
  if (entry === null || tiff.u16(entry + 2) !== SHORT) return 1;
  const value = tiff.u16(entry + 8);
  return ORIENTATIONS.find((orientation) => orientation === value) ?? 1;
}

/**
 * A copy that fits repainted upright pixels: the orientation tag says 1, and every picture inside, which would go on
 * showing the old pixels (an anonymised face included), is erased: the thumbnail, and previews that cameras hide in
 * their maker notes. Every other byte stays where it was.
 */
export function uprightExif(exif: Uint8Array): Uint8Array {
  const copy = new Uint8Array(exif);
  const tiff = new Tiff(copy);
  const orientation = tiff.entry(tiff.firstDirectory, ORIENTATION);
  if (orientation !== null && tiff.u16(orientation + 2) === SHORT) tiff.setU16(orientation + 8, 1);
  eraseThumbnail(tiff);
  for (const { start, end } of findJpegs(copy)) tiff.erase(start, end - start);
  return copy;
}

function eraseThumbnail(tiff: Tiff): void {
  const directory = tiff.u32(tiff.nextDirectoryOffset);
  if (directory === 0) return;
  const parts = THUMBNAIL_TAGS.flatMap(([offsets, lengths]) => {
    const sizes = tiff.values(directory, lengths);
    return tiff.values(directory, offsets).map((offset, i) => [offset, sizes[i] ?? 0] as const);
  });
  for (const [offset, length] of parts) tiff.erase(offset, length);
  tiff.erase(tiff.nextDirectoryOffset, 4);
}
