import { MaskloomError } from "../errors.ts";
import { findRuns } from "../image/mask-runs.ts";
import type { Image, Mask } from "../image/raster.ts";
import { levelScale } from "../image/samples.ts";
import { atOnce, type Steps } from "../image/slices.ts";

/**
 * The fan-in: several repaintings of one picture, each of the whole picture through a mask of its own, become one. Where
 * the mask of element k is above 0, out = E_k + (1 - M_k)(out - base): what blending its paint over the picture so far
 * gives, since E_k is M_k G_k + (1 - M_k) base; and E_k itself, sample by sample, where nothing lay before. Where masks
 * overlap fractions are kept, and rounded once at the end. Where no mask is set the samples of `base` are copied.
 */
export class Gathering {
  readonly #base: Image;
  readonly #canvas: Image;
  /** One byte a pixel: whether an element lies there already. */
  readonly #covered: Uint8Array;
  #fractions: Fractions | null = null;

  constructor(base: Image) {
    this.#base = base;
    this.#canvas = { ...base, data: base.data.slice() } as Image;
    this.#covered = new Uint8Array(base.width * base.height);
  }

  /** Adds the next element, of the kind and size of the base. The order matters only where masks overlap. */
  add(element: Image, mask: Mask): void {
    atOnce(this.adding(element, mask));
  }

  *adding(element: Image, mask: Mask): Steps<void> {
    checkKind(this.#base, element, mask);
    const { count, rows, starts, ends } = findRuns(mask);
    for (let run = 0; run < count; run++) {
      const line = (rows[run] as number) * mask.width;
      for (let pixel = line + (starts[run] as number); pixel < line + (ends[run] as number); pixel++) {
        if (this.#covered[pixel] === 0) this.#copy(element, pixel);
        else this.#blend(element, pixel, (mask.data[pixel] as number) / 255);
        this.#covered[pixel] = 1;
      }
      yield;
    }
  }

  /** The picture; asked for when all elements have been added. */
  finish(): Image {
    this.#fractions?.round(this.#canvas);
    return this.#canvas;
  }

  #copy({ data }: Image, pixel: number): void {
    const { channels } = this.#canvas;
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) this.#canvas.data[i] = data[i] as number;
  }

  #blend({ data }: Image, pixel: number, weight: number): void {
    this.#fractions ??= new Fractions(this.#canvas);
    const { values, at } = this.#fractions.of(pixel, this.#canvas);
    const first = pixel * this.#base.channels;
    for (let c = 0; c < this.#base.channels; c++) {
      const moved = (values[at + c] as number) - (this.#base.data[first + c] as number);
      values[at + c] = (data[first + c] as number) + (1 - weight) * moved;
    }
  }
}

/** Samples, not yet rounded, of the pixels that several elements cover. */
class Fractions {
  readonly #channels: number;
  /** For each pixel the number of its entry plus 1; 0 = it has none. */
  readonly #entries: Int32Array;
  #values: Float64Array;
  #count = 0;

  constructor({ width, height, channels }: Image) {
    this.#channels = channels;
    this.#entries = new Int32Array(width * height);
    this.#values = new Float64Array(1024 * channels);
  }

  /** Where a pixel's samples stand; a new entry begins with those of the canvas. */
  of(pixel: number, { data }: Image): { readonly values: Float64Array; readonly at: number } {
    const known = this.#entries[pixel] as number;
    if (known !== 0) return { values: this.#values, at: (known - 1) * this.#channels };
    const at = this.#count * this.#channels;
    if (at === this.#values.length) {
      const larger = new Float64Array(at * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    for (let c = 0; c < this.#channels; c++) {
      this.#values[at + c] = data[pixel * this.#channels + c] as number;
    }
    this.#count += 1;
    this.#entries[pixel] = this.#count;
    return { values: this.#values, at };
  }

  round({ data, depth }: Image): void {
    const max = 255 * levelScale(depth);
    for (const [pixel, entry] of this.#entries.entries()) {
      if (entry === 0) continue;
      for (let c = 0; c < this.#channels; c++) {
        const value = this.#values[(entry - 1) * this.#channels + c] as number;
        data[pixel * this.#channels + c] = Math.round(Math.min(Math.max(value, 0), max));
      }
    }
  }
}

function checkKind(base: Image, element: Image, mask: Mask): void {
  const { width, height, channels, depth } = base;
  const isOfSize = [element, mask].every((part) => part.width === width && part.height === height);
  if (isOfSize && element.channels === channels && element.depth === depth) return;
  throw new MaskloomError(
    "INTERNAL",
    `gather: expected an element of ${width}x${height} with ${channels} channels of ${depth} bits and a mask of its size, ` +
      `got ${element.width}x${element.height} with ${element.channels} of ${element.depth}, and ${mask.width}x${mask.height}`,
  );
}
