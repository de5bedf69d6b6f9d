/** Distances from the unset pixels of a raster to its nearest set one. */
export interface DistanceField {
  /** The runs of unset pixels as triples: row, start, end (half-open), in reading order. */
  readonly gaps: Int32Array;
  /** Squared distance in pixels, row-major; exact up to limit², farther ones have any larger value; 0 where set. */
  readonly squared: Int32Array;
}

/**
 * Exact Euclidean distance transform (Felzenszwalb & Huttenlocher, Distance Transforms of Sampled Functions, Theory of
 * Computing 8, 2012): along columns first, then the lower envelope of parabolas along rows. Only unset pixels are visited,
 * so that the inside of a large shape costs nothing.
 */
export function findDistances(
  raster: Uint8Array,
  width: number,
  height: number,
  limit: number,
): DistanceField {
  const far = limit + 1;
  const gaps = findGaps(raster, width, height);
  const columns = columnDistances(gaps, width, height, far);
  const squared = new Int32Array(raster.length);
  const envelope = new Envelope(width);
  for (let i = 0; i < gaps.length; ) {
    const row = gaps[i] as number;
    const first = i;
    while (i < gaps.length && gaps[i] === row) i += 3;
    envelope.clear();
    for (let g = first; g < i; g += 3) {
      envelope.addGap(columns, row * width, gaps[g + 1] as number, gaps[g + 2] as number, width, far);
    }
    for (let g = first; g < i; g += 3) {
      envelope.measureGap(columns, squared, row * width, gaps[g + 1] as number, gaps[g + 2] as number, far);
    }
  }
  return { gaps, squared };
}

function findGaps(raster: Uint8Array, width: number, height: number): Int32Array {
  const gaps: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = raster.subarray(y * width, (y + 1) * width);
    for (let start = row.indexOf(0); start >= 0; ) {
      let end = start + 1;
      while (end < width && row[end] === 0) end++;
      gaps.push(y, start, end);
      start = end < width ? row.indexOf(0, end + 1) : -1;
    }
  }
  return Int32Array.from(gaps);
}

/** Distance to the nearest set pixel of the same column, at most `far`; 0 where set. */
function columnDistances(gaps: Int32Array, width: number, height: number, far: number): Int32Array {
  const columns = new Int32Array(width * height);
  for (let g = 0; g < gaps.length; g += 3) {
    const line = (gaps[g] as number) * width;
    for (let i = line + (gaps[g + 1] as number); i < line + (gaps[g + 2] as number); i++) {
      columns[i] = i < width ? far : Math.min(far, (columns[i - width] as number) + 1);
    }
  }
  const last = (height - 1) * width;
  for (let g = gaps.length - 3; g >= 0; g -= 3) {
    const line = (gaps[g] as number) * width;
    if (line === last) continue;
    for (let i = line + (gaps[g + 1] as number); i < line + (gaps[g + 2] as number); i++) {
      columns[i] = Math.min(columns[i] as number, (columns[i + width] as number) + 1);
    }
  }
  return columns;
}

/** The lower envelope of the parabolas (x - place)² + height of one row. */
class Envelope {
  readonly #places: Int32Array;
  readonly #heights: Int32Array;
  /** Parabola i is the lowest from starts[i] to starts[i + 1]. */
  readonly #starts: Float64Array;
  #count = 0;
  #current = 0;

  constructor(width: number) {
    this.#places = new Int32Array(width);
    this.#heights = new Int32Array(width);
    this.#starts = new Float64Array(width + 1);
  }

  clear(): void {
    this.#count = 0;
    this.#current = 0;
  }

  /**
   * Adds the parabolas of a gap and of the set pixels at its ends. Of a run of equal distances only the ends are added:
   * no other of its pixels is the nearest to one outside the run.
   */
  addGap(columns: Int32Array, line: number, start: number, end: number, width: number, far: number): void {
    if (start > 0) this.#push(start - 1, 0);
    let left = -1;
    let here = columns[line + start] as number;
    for (let x = start; x < end; x++) {
      const right = x + 1 < end ? (columns[line + x + 1] as number) : -1;
      if (here < far && (here !== left || here !== right)) this.#push(x, here * here);
      left = here;
      here = right;
    }
    if (end < width) this.#push(end, 0);
  }

  #push(place: number, height: number): void {
    let count = this.#count;
    // A set pixel between two gaps ends one and begins the next.
    if (count > 0 && this.#places[count - 1] === place) return;
    let start = Number.NEGATIVE_INFINITY;
    while (count > 0) {
      const before = this.#places[count - 1] as number;
      const rise = height - (this.#heights[count - 1] as number);
      start = (rise + place * place - before * before) / (2 * (place - before));
      if (start > (this.#starts[count - 1] as number)) break;
      count -= 1;
    }
    this.#places[count] = place;
    this.#heights[count] = height;
    this.#starts[count] = count === 0 ? Number.NEGATIVE_INFINITY : start;
    this.#starts[count + 1] = Number.POSITIVE_INFINITY;
    this.#count = count + 1;
  }

  /** Gaps must come from left to right, after all of the row's have been added. */
  measureGap(
    columns: Int32Array,
    squared: Int32Array,
    line: number,
    start: number,
    end: number,
    far: number,
  ): void {
    let current = this.#current;
    for (let x = start; x < end; x++) {
      const own = columns[line + x] as number;
      let nearest = own * own;
      if (this.#count > 0) {
        while ((this.#starts[current + 1] as number) < x) current += 1;
        const away = x - (this.#places[current] as number);
        const reached = away * away + (this.#heights[current] as number);
        if (own >= far || reached < nearest) nearest = reached;
      }
      squared[line + x] = nearest;
    }
    this.#current = current;
  }
}
