import type { MaskComponent } from "../../../../image/mask-components.ts";
import type { FloatImage, PixelBox } from "../../../../image/raster.ts";

/** Means of square blocks over a part of a picture. */
interface Mosaic {
  readonly side: number;
  /** Top left corner of the first block; blocks may reach beyond the picture. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** Interleaved RGB, whole levels: the fraction could carry more than the block's colour. */
  readonly means: Float32Array;
}

/** Replaces a component's pixels by the means of `blocks` blocks along its longer side, smoothly or as they are. */
export function paintMosaic(
  source: FloatImage,
  target: FloatImage,
  component: MaskComponent,
  blocks: number,
  smooth: boolean,
): void {
  const mosaic = takeMosaic(source, component.box, blocks);
  const columnWeights = weightsAlong(
    mosaic.left,
    mosaic.side,
    mosaic.columns,
    component.box.x0,
    component.box.x1,
  );
  const rowWeights = weightsAlong(mosaic.top, mosaic.side, mosaic.rows, component.box.y0, component.box.y1);
  const { runs, box } = component;
  for (let run = 0; run < runs.length; run += 3) {
    const y = runs[run] as number;
    for (let x = runs[run + 1] as number; x < (runs[run + 2] as number); x++) {
      const at = (y * target.width + x) * 3;
      if (smooth) paintSmooth(mosaic, columnWeights, x - box.x0, rowWeights, y - box.y0, target.data, at);
      else paintBlock(mosaic, x, y, target.data, at);
    }
  }
}

function takeMosaic(image: FloatImage, box: PixelBox, blocks: number): Mosaic {
  const width = box.x1 - box.x0;
  const height = box.y1 - box.y0;
  const side = Math.max(1, Math.ceil(Math.max(width, height) / blocks));
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  // Centred, so that the blocks on opposite edges are cut alike.
  const left = box.x0 - ((columns * side - width) >> 1);
  const top = box.y0 - ((rows * side - height) >> 1);
  const means = new Float32Array(columns * rows * 3);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = {
        x0: left + column * side,
        y0: top + row * side,
        x1: left + (column + 1) * side,
        y1: top + (row + 1) * side,
      };
      means.set(meanOf(image, block), (row * columns + column) * 3);
    }
  }
  return { side, left, top, columns, rows, means };
}

function meanOf({ width, height, data }: FloatImage, { x0, y0, x1, y1 }: PixelBox): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) {
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        sums[channel] = (sums[channel] as number) + (data[at + channel] as number);
      }
      count += 1;
    }
  }
  return sums.map((sum) => Math.max(0, Math.min(255, Math.round(sum / count))));
}

function paintBlock(mosaic: Mosaic, x: number, y: number, data: Float32Array, at: number): void {
  const column = Math.floor((x - mosaic.left) / mosaic.side);
  const row = Math.floor((y - mosaic.top) / mosaic.side);
  const from = (row * mosaic.columns + column) * 3;
  for (let channel = 0; channel < 3; channel++) data[at + channel] = mosaic.means[from + channel] as number;
}

/** For every pixel of one axis: four blocks (repeated at the ends) and their weights. */
interface AxisWeights {
  readonly blocks: Int32Array;
  readonly weights: Float32Array;
}

/** Uniform cubic B-spline through the block centres: smooth, and never beyond the blocks' own values. */
function weightsAlong(start: number, side: number, count: number, from: number, to: number): AxisWeights {
  const blocks = new Int32Array(4 * (to - from));
  const weights = new Float32Array(4 * (to - from));
  for (let pixel = from; pixel < to; pixel++) {
    const position = (pixel + 0.5 - start) / side - 0.5;
    const base = Math.floor(position);
    const t = position - base;
    const spline = [
      (1 - t) ** 3 / 6,
      (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
      (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
      t ** 3 / 6,
    ];
    for (const [tap, weight] of spline.entries()) {
      blocks[4 * (pixel - from) + tap] = Math.max(0, Math.min(count - 1, base - 1 + tap));
      weights[4 * (pixel - from) + tap] = weight;
    }
  }
  return { blocks, weights };
}

function paintSmooth(
  { means, columns }: Mosaic,
  across: AxisWeights,
  x: number,
  down: AxisWeights,
  y: number,
  data: Float32Array,
  at: number,
): void {
  let [red, green, blue] = [0, 0, 0];
  for (let j = 0; j < 4; j++) {
    const row = (down.blocks[4 * y + j] as number) * columns;
    for (let i = 0; i < 4; i++) {
      const weight = (down.weights[4 * y + j] as number) * (across.weights[4 * x + i] as number);
      const from = (row + (across.blocks[4 * x + i] as number)) * 3;
      red += weight * (means[from] as number);
      green += weight * (means[from + 1] as number);
      blue += weight * (means[from + 2] as number);
    }
  }
  data[at] = red;
  data[at + 1] = green;
  data[at + 2] = blue;
}
