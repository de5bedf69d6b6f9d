import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Prototypes, readPrototypeMask } from "../../../src/detection/yolo/prototype-mask.ts";
import { fitYoloLetterbox } from "../../../src/detection/yolo/yolo-letterbox.ts";

const INPUT = { width: 64, height: 64, dynamic: false, stride: 8 };
const CELLS = 16;

function prototypes(...planes: ((x: number, y: number) => number)[]): Prototypes {
  const data = planes.flatMap((plane) =>
    Array.from({ length: CELLS ** 2 }, (_, at) => plane(at % CELLS, Math.floor(at / CELLS))),
  );
  return { channels: planes.length, width: CELLS, height: CELLS, data: Float32Array.from(data) };
}

/** As the definition says, pixel by pixel and in doubles; null where rounding decides. */
function isInside(
  { channels, data }: Prototypes,
  coefficients: Float32Array,
  [x, y]: readonly [number, number],
  picture: { width: number; height: number },
): boolean | null {
  const { left, top, innerWidth, innerHeight } = fitYoloLetterbox(picture, INPUT);
  const held = (pixel: number, size: number, start: number, inner: number): number => {
    const position = (((pixel + 0.5) * inner) / size + start) / 4 - 0.5;
    const cells = Array.from({ length: CELLS }, (_, cell) => cell).filter(
      (cell) => (cell + 0.5) * 4 >= start && (cell + 0.5) * 4 < start + inner,
    );
    const lowest = cells[0] ?? Math.ceil(start / 4 - 0.5);
    return Math.max(lowest, Math.min(cells.at(-1) ?? lowest, position));
  };
  const across = held(x, picture.width, left, innerWidth);
  const down = held(y, picture.height, top, innerHeight);
  const mixed = (column: number, row: number): number => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = data[(channel * CELLS + Math.min(CELLS - 1, row)) * CELLS + Math.min(CELLS - 1, column)];
      sum += (coefficients[channel] ?? 0) * (value ?? 0);
    }
    return sum;
  };
  const [column, row] = [Math.floor(across), Math.floor(down)];
  const [right, low] = [across - column, down - row];
  const upper = mixed(column, row) * (1 - right) + mixed(column + 1, row) * right;
  const lower = mixed(column, row + 1) * (1 - right) + mixed(column + 1, row + 1) * right;
  const value = upper * (1 - low) + lower * low;
  return Math.abs(value) < 1e-3 ? null : value > 0;
}

const side = fc.integer({ min: 4, max: 150 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const value = fc.double({ min: -1, max: 1, noNaN: true });

describe("readPrototypeMask", () => {
  it("samples the mixture at every pixel's centre, in pictures and boxes of any size", () => {
    const planes = fc.array(value, { minLength: 2 * CELLS ** 2, maxLength: 2 * CELLS ** 2 });
    fc.assert(
      fc.property(
        side,
        side,
        planes,
        fc.tuple(value, value),
        fc.tuple(share, share, share, share),
        (width, height, planeValues, pair, [a, b, c, d]) => {
          const mixed: Prototypes = {
            channels: 2,
            width: CELLS,
            height: CELLS,
            data: Float32Array.from(planeValues),
          };
          const coefficients = Float32Array.from(pair);
          const picture = { width, height };
          const box = [
            Math.min(a, b) * width,
            Math.min(c, d) * height,
            Math.max(a, b) * width,
            Math.max(c, d) * height,
          ] as const;
          const patch = readPrototypeMask(
            mixed,
            coefficients,
            [...box],
            picture,
            fitYoloLetterbox(picture, INPUT),
          );
          const columns = patch.box.x1 - patch.box.x0;
          for (const [at, level] of patch.data.entries()) {
            const [x, y] = [patch.box.x0 + (at % columns), patch.box.y0 + Math.floor(at / columns)];
            const expected = isInside(mixed, coefficients, [x, y], picture);
            if (expected !== null && (level === 255) !== expected)
              throw new Error(`pixel ${x}, ${y}: ${level}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("covers the pixels whose centres lie in the box, and no others", () => {
    const everywhere = prototypes(() => 1);
    const picture = { width: 100, height: 80 };
    const letterbox = fitYoloLetterbox(picture, INPUT);
    const patch = readPrototypeMask(
      everywhere,
      Float32Array.of(1),
      [10.4, 20.6, 30.5, 40.6],
      picture,
      letterbox,
    );
    expect(patch.box).toEqual({ x0: 10, y0: 21, x1: 30, y1: 41 });
    expect(patch.data).toHaveLength(20 * 20);
    expect(patch.data.every((level) => level === 255)).toBe(true);
  });

  it("is empty in a box that holds no pixel's centre", () => {
    const picture = { width: 100, height: 80 };
    const letterbox = fitYoloLetterbox(picture, INPUT);
    const patch = readPrototypeMask(
      prototypes(() => 1),
      Float32Array.of(1),
      [10.6, 5, 11.4, 9],
      picture,
      letterbox,
    );
    expect(patch.data).toHaveLength(0);
  });

  it("does not fade towards the border around the picture", () => {
    // Inside the picture everywhere, outside in the border: rows above 4 and from 12 on.
    const picture = { width: 128, height: 64 };
    const letterbox = fitYoloLetterbox(picture, INPUT);
    const bordered = prototypes((_, y) => (y >= 4 && y < 12 ? 1 : -9));
    const patch = readPrototypeMask(bordered, Float32Array.of(1), [0, 0, 128, 64], picture, letterbox);
    expect(patch.data.every((level) => level === 255)).toBe(true);
  });
});
