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
  const skipZeros = zeroSkipper(data);
  for (let y = 0; y < height; y++) {
    const line = y * width;
    const lineEnd = line + width;
    let at = skipZeros(line, lineEnd);
    while (at < lineEnd) {
      const start = at;
      while (at < lineEnd && data[at] !== 0) at++;
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

/** First non-zero position in [from, to), or `to`; four bytes at a time, for masks are mostly black. */
function zeroSkipper(data: Uint8Array): (from: number, to: number) => number {
  const aligned = data.byteOffset % 4 === 0;
  const words = aligned ? new Uint32Array(data.buffer, data.byteOffset, data.length >> 2) : new Uint32Array();
  return (from, to) => {
    let at = from;
    while (at < to && (!aligned || at % 4 !== 0) && data[at] === 0) at++;
    if (at === to || data[at] !== 0) return at;
    let word = at >> 2;
    const lastWord = to >> 2;
    while (word < lastWord && words[word] === 0) word++;
    at = word << 2;
    while (at < to && data[at] === 0) at++;
    return at;
  };
}
