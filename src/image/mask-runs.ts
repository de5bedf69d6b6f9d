import type { Mask } from "./raster.ts";

/** Horizontal runs of non-zero pixels in reading order: run i covers [starts[i], ends[i]) of row rows[i]. */
export interface MaskRuns {
  readonly count: number;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const FIRST_CAPACITY = 1024;

export function findRuns({ width, height, data }: Mask): MaskRuns {
  let rows = new Int32Array(FIRST_CAPACITY);
  let starts = new Int32Array(FIRST_CAPACITY);
  let ends = new Int32Array(FIRST_CAPACITY);
  let count = 0;
  const { skipZeros, skipSet } = skippersOf(data);
  for (let y = 0; y < height; y++) {
    const line = y * width;
    const lineEnd = line + width;
    let at = skipZeros(line, lineEnd);
    while (at < lineEnd) {
      const start = at;
      at = skipSet(at, lineEnd);
      if (count === rows.length) {
        rows = grown(rows);
        starts = grown(starts);
        ends = grown(ends);
      }
      rows[count] = y;
      starts[count] = start - line;
      ends[count] = at - line;
      count += 1;
      at = skipZeros(at, lineEnd);
    }
  }
  return { count, rows, starts, ends };
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** From a position in [from, to) the next one that is of the other kind, or `to`. */
type Skip = (from: number, to: number) => number;

/** Four bytes at a time: masks are large areas of one kind. */
function skippersOf(data: Uint8Array): { readonly skipZeros: Skip; readonly skipSet: Skip } {
  const aligned = data.byteOffset % 4 === 0;
  const words = aligned ? new Int32Array(data.buffer, data.byteOffset, data.length >> 2) : new Int32Array();
  return {
    skipZeros(from, to) {
      let at = from;
      while (at < to && (!aligned || at % 4 !== 0) && data[at] === 0) at++;
      if (at === to || data[at] !== 0) return at;
      let word = at >> 2;
      const lastWord = to >> 2;
      while (word < lastWord && words[word] === 0) word++;
      at = word << 2;
      while (at < to && data[at] === 0) at++;
      return at;
    },
    skipSet(from, to) {
      let at = from;
      while (at < to && (!aligned || at % 4 !== 0) && data[at] !== 0) at++;
      if (at === to || data[at] === 0) return at;
      let word = at >> 2;
      const lastWord = to >> 2;
      while (word < lastWord && !hasZeroByte(words[word] as number)) word++;
      at = word << 2;
      while (at < to && data[at] !== 0) at++;
      return at;
    },
  };
}

/** A byte that is 0 borrows from its highest bit (Mycroft, 1987). */
function hasZeroByte(word: number): boolean {
  return ((word - 0x01010101) & ~word & 0x80808080) !== 0;
}
