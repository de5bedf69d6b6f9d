import { asBuffer } from "./bytes.ts";
import { findJpegs } from "./jpeg-segments.ts";

/* EXIF is a TIFF structure: a byte-order mark, then directories of 12-byte entries (TIFF 6.0, section 2; Exif 2.32, 4.6). */

const ORIENTATION = 0x0112;
/** Tags of where a thumbnail's bytes lie and how many they are: as JPEG, and uncompressed in one or more strips. */
const THUMBNAIL_TAGS = [
  [0x0201, 0x0202],
  [0x0111, 0x0117],
] as const;
const SHORT = 3;
const ENTRY_BYTES = 12;

/** How the stored pixels must be turned to stand upright; 1 = not at all. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

class Tiff {
  readonly #buffer: Buffer;
  readonly #little: boolean;

  constructor(bytes: Uint8Array) {
    this.#buffer = asBuffer(bytes);
    this.#little = this.#buffer.toString("latin1", 0, 2) === "II";
  }

  /** 0 beyond the end: a damaged EXIF block must not stop a good picture. */
  u16(offset: number): number {
    if (offset < 0 || offset + 2 > this.#buffer.length) return 0;
    return this.#little ? this.#buffer.readUInt16LE(offset) : this.#buffer.readUInt16BE(offset);
  }

  u32(offset: number): number {
    if (offset < 0 || offset + 4 > this.#buffer.length) return 0;
    return this.#little ? this.#buffer.readUInt32LE(offset) : this.#buffer.readUInt32BE(offset);
  }

  setU16(offset: number, value: number): void {
    if (this.#little) this.#buffer.writeUInt16LE(value, offset);
    else this.#buffer.writeUInt16BE(value, offset);
  }

  /** Byte offset of a tag's entry in the directory at `directory`; null where it is absent. */
  entry(directory: number, tag: number): number | null {
    const count = this.u16(directory);
    for (let i = 0; i < count; i++) {
      const offset = directory + 2 + i * ENTRY_BYTES;
      if (offset + ENTRY_BYTES > this.#buffer.length) return null;
      if (this.u16(offset) === tag) return offset;
    }
    return null;
  }

  /** The values of a tag, SHORT or LONG; values that do not fit into the entry lie where it points. */
  values(directory: number, tag: number): number[] {
    const entry = this.entry(directory, tag);
    if (entry === null) return [];
    const bytes = this.u16(entry + 2) === SHORT ? 2 : 4;
    const count = Math.min(this.u32(entry + 4), this.#buffer.length / bytes);
    const first = count * bytes <= 4 ? entry + 8 : this.u32(entry + 8);
    return Array.from({ length: count }, (_, i) =>
      bytes === 2 ? this.u16(first + i * 2) : this.u32(first + i * 4),
    );
  }

  get firstDirectory(): number {
    return this.u32(4);
  }

  /** Where the first directory keeps the offset of the second, which describes the thumbnail. */
  get nextDirectoryOffset(): number {
    return this.firstDirectory + 2 + this.u16(this.firstDirectory) * ENTRY_BYTES;
  }

  erase(offset: number, length: number): void {
    if (offset >= 0 && offset < this.#buffer.length) this.#buffer.fill(0, offset, offset + length);
  }
}

export function isTiff(bytes: Uint8Array): boolean {
  const mark = asBuffer(bytes).toString("latin1", 0, 4);
  return bytes.length >= 14 && (mark === "II*\0" || mark === "MM\0*");
}

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
