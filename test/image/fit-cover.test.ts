import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverBox, fitCover, fitMaskCover } from "../../src/image/fit-cover.ts";
import { blankMask, type Image, type Size } from "../../src/image/raster.ts";

const size = fc.record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }) });

/** Red says the column, green the row, in levels of the whole picture. */
function gradient({ width, height }: Size): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[i * 3] = Math.round((255 * (i % width)) / Math.max(1, width - 1));
    data[i * 3 + 1] = Math.round((255 * Math.floor(i / width)) / Math.max(1, height - 1));
    data[i * 3 + 2] = 77;
  }
  return { width, height, channels: 3, depth: 8, data };
}

describe("a picture that covers a frame", () => {
  it("keeps its middle, one whole side, and the frame's shape to the pixel", () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        const { x0, y0, x1, y1 } = coverBox(picture, frame);
        expect(x0 >= 0 && y0 >= 0 && x1 <= picture.width && y1 <= picture.height && x1 > x0 && y1 > y0).toBe(
          true,
        );
        expect(x1 - x0 === picture.width || y1 - y0 === picture.height).toBe(true);
        expect(Math.abs(x0 - (picture.width - x1))).toBeLessThanOrEqual(1);
        expect(Math.abs(y0 - (picture.height - y1))).toBeLessThanOrEqual(1);
        const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
        expect(Math.abs((x1 - x0) * scale - frame.width) / scale).toBeLessThanOrEqual(1);
        expect(Math.abs((y1 - y0) * scale - frame.height) / scale).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it("has the frame's size, and is the picture itself where that fits", () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        const image = gradient(picture);
        const { width, height } = fitCover(image, frame);
        expect({ width, height }).toEqual(frame);
        expect(fitCover(image, picture)).toBe(image);
      }),
      { numRuns: 60 },
    );
  });

  it("shows what stood in its middle: nothing is stretched, and left stays left", () => {
    const fitted = fitCover(gradient({ width: 200, height: 100 }), { width: 50, height: 50 });
    const red = (x: number) => fitted.data[(25 * 50 + x) * 3] ?? Number.NaN;
    // Columns 50 to 150 of 200 remain.
    expect(red(0)).toBeGreaterThan(60);
    expect(red(0)).toBeLessThan(70);
    expect(red(49)).toBeGreaterThan(185);
    expect(red(49)).toBeLessThan(195);
    expect(Math.abs(red(25) - 127.5)).toBeLessThan(3);
  });

  it("keeps alpha and 16 bits, and a mask lies where its picture does", () => {
    const deep: Image = {
      width: 4,
      height: 2,
      channels: 4,
      depth: 16,
      data: new Uint16Array(32).fill(40_000),
    };
    expect(fitCover(deep, { width: 6, height: 6 })).toMatchObject({
      channels: 4,
      depth: 16,
      width: 6,
      height: 6,
    });
    const mask = blankMask({ width: 200, height: 100 });
    for (let y = 0; y < 100; y++) for (let x = 50; x < 100; x++) mask.data[y * 200 + x] = 255;
    const fitted = fitMaskCover(mask, { width: 50, height: 50 });
    expect(fitted).toMatchObject({ width: 50, height: 50 });
    const row = [...fitted.data.subarray(25 * 50, 26 * 50)];
    expect(row.slice(0, 24).every((value) => value === 255)).toBe(true);
    expect(row.slice(26).every((value) => value === 0)).toBe(true);
  });
});
