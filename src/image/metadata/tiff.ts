import { asBuffer } from "./bytes.ts";

/* A byte-order mark, then directories of 12-byte entries (TIFF 6.0, section 2; Exif 2.32, 4.6). */

export const SHORT = 3;
const RATIONAL = 5;
const ENTRY_BYTES = 12;

/** Bytes of one value by the number of its type; types of one byte are texts, bytes and "undefined". */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
};

/** Reads and writes a TIFF structure in place. Nothing in it is trusted: what points beyond the end reads as nothing. */
export class Tiff {
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

  /** The value of a tag as it stands, whatever its type; null where it is absent or reaches beyond the end. */
  bytes(directory: number, tag: number): Uint8Array | null {
    const entry = this.entry(directory, tag);
    if (entry === null) return null;
    const length = (VALUE_BYTES[this.u16(entry + 2)] ?? 0) * this.u32(entry + 4);
    const first = length <= 4 ? entry + 8 : this.u32(entry + 8);
    return length === 0 || first + length > this.#buffer.length
      ? null
      : this.#buffer.subarray(first, first + length);
  }

  /** The first value of a SHORT, LONG or RATIONAL tag; null where it is something else, or no number. */
  number(directory: number, tag: number): number | null {
    const entry = this.entry(directory, tag);
    if (entry === null) return null;
    const type = this.u16(entry + 2);
    if (type !== RATIONAL)
      return type === SHORT || type === 4 ? (this.values(directory, tag)[0] ?? null) : null;
    const at = this.u32(entry + 8);
    const value = this.u32(at) / this.u32(at + 4);
    return Number.isFinite(value) ? value : null;
  }

  get little(): boolean {
    return this.#little;
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
