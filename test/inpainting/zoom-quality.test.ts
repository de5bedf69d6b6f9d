import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colorDifference } from "../../src/image/color-difference.ts";
import { createMask } from "../../src/image/create-mask.ts";
import { type Lab, labToRgb, rgbToLab } from "../../src/image/lab.ts";
import type { FloatImage, Image, Mask } from "../../src/image/raster.ts";
import { atOnce } from "../../src/image/slices.ts";
import { blendingRegion, guardEdges } from "../../src/inpainting/blend.ts";
import { measureChanges } from "../../src/inpainting/changes.ts";
import { findKeptRing, matchingColors, measureColorShift } from "../../src/inpainting/color-match.ts";
import { measuringPainting } from "../../src/inpainting/quality.ts";
import { floatOf, largestDifference, maskOf, randomNumbers, softImage } from "../image/rasters.ts";
import { capabilities, inpaintWith, zoomed } from "./zoom-cases.ts";

describe("L*a*b*", () => {
  it("has the known values of sRGB's corners and greys", () => {
    const lab: Lab = [0, 0, 0];
    const of = (r: number, g: number, b: number): number[] => {
      rgbToLab(r, g, b, lab);
      return lab.map((value) => Math.round(value * 10) / 10 + 0);
    };
    expect(of(255, 255, 255)).toEqual([100, 0, 0]);
    expect(of(0, 0, 0)).toEqual([0, 0, 0]);
    expect(of(255, 0, 0)).toEqual([53.2, 80.1, 67.2]);
    expect(of(0, 0, 255)).toEqual([32.3, 79.2, -107.9]);
    expect(of(119, 119, 119)).toEqual([50, 0, 0]);
  });

  it("leads back to the same samples, overshoot included", () => {
    const level = fc.double({ min: -12, max: 267, noNaN: true });
    fc.assert(
      fc.property(level, level, level, (r, g, b) => {
        const lab: Lab = [0, 0, 0];
        const rgb = new Float32Array(3);
        rgbToLab(r, g, b, lab);
        labToRgb(lab, rgb, 0);
        expect(largestDifference(rgb, [r, g, b])).toBeLessThan(1e-3);
      }),
    );
  });
});

describe("CIEDE2000", () => {
  // Test pairs of Sharma, Wu and Dalal, 2005, table 1.
  it.each([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
    [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
    [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [50, 3.1736, 0.5854], 1.0],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ] as [Lab, Lab, number][])("of %j and %j is %d", (a, b, expected) => {
    expect(colorDifference(a, b)).toBeCloseTo(expected, 4);
    expect(colorDifference(b, a)).toBeCloseTo(expected, 4);
  });
});

const whole = (size: { width: number; height: number }) => ({
  x0: 0,
  y0: 0,
  x1: size.width,
  y1: size.height,
});

describe("colour matching", () => {
  const size = { width: 40, height: 40 };
  const random = randomNumbers(8);
  const reference = floatOf(size, (i) => 60 + 70 * random() + 20 * (i % 3));
  const mask = maskOf(size, (x, y) => (x > 12 && x < 28 && y > 12 && y < 28 ? 255 : 0));
  const ring = findKeptRing(mask, whole(size));
  const tint = (image: FloatImage, gain: number): FloatImage => ({
    ...image,
    data: image.data.map((value, i) => 128 + (value - 128) * gain + ([14, -9, 4][i % 3] ?? 0)),
  });
  if (ring === null) throw new Error("the ring is large enough");

  it("takes a tint and a change of contrast off the ring", () => {
    const tinted = tint(reference, 1.1);
    const matched = atOnce(matchingColors(tinted, reference, ring));
    expect(measureColorShift(tinted, reference, ring)).toBeGreaterThan(4);
    expect(measureColorShift(matched, reference, ring)).toBeLessThan(0.6);
  });

  it("of a picture with itself changes nothing that rounding could show", () => {
    expect(
      largestDifference(atOnce(matchingColors(reference, reference, ring)).data, reference.data),
    ).toBeLessThan(1e-2);
  });

  it("raises contrast by 1.25 at most, and a flat ring only shifts", () => {
    const deviation = (image: FloatImage): number => {
      const lightness = Array.from(ring.pixels, (pixel) => {
        const lab: Lab = [0, 0, 0];
        rgbToLab(
          image.data[pixel * 3] ?? 0,
          image.data[pixel * 3 + 1] ?? 0,
          image.data[pixel * 3 + 2] ?? 0,
          lab,
        );
        return lab[0];
      });
      const mean = lightness.reduce((a, b) => a + b, 0) / lightness.length;
      return Math.sqrt(lightness.reduce((a, b) => a + (b - mean) ** 2, 0) / lightness.length);
    };
    const dull = tint(reference, 0.4);
    expect(deviation(atOnce(matchingColors(dull, reference, ring))) / deviation(dull)).toBeCloseTo(1.25, 2);
    const flat = floatOf(size, (i) => 90 + (i % 2) * 0.2);
    expect(deviation(atOnce(matchingColors(flat, reference, ring)))).toBeLessThan(0.2);
  });

  it("is skipped where fewer than 64 pixels are kept", () => {
    expect(
      findKeptRing(
        maskOf({ width: 8, height: 8 }, (x) => (x < 1 ? 255 : 0)),
        { x0: 0, y0: 0, x1: 8, y1: 8 },
      ),
    ).toBeNull();
    expect(
      findKeptRing(
        maskOf({ width: 8, height: 8 }, () => 0),
        { x0: 0, y0: 0, x1: 8, y1: 8 },
      )?.pixels,
    ).toHaveLength(64);
  });

  it("is on for generative inpainters, off for the others, and can be said", async () => {
    const image = softImage({ width: 80, height: 80 }, 3, 8);
    const disc = maskOf(image, (x, y) => (Math.hypot(x - 40, y - 40) < 12 ? 255 : 0));
    const shiftOf = async (generative: boolean, colorMatch?: boolean) => {
      const { regions } = await inpaintWith(({ image: crop }) => tint(crop, 1), image, disc, {
        capabilities: capabilities({}, { generative }),
        zoom: zoomed(colorMatch === undefined ? {} : { colorMatch }),
      });
      return regions[0]?.colorShiftAfter ?? Number.NaN;
    };
    const before = await shiftOf(false);
    expect(before).toBeGreaterThan(4);
    expect(await shiftOf(true)).toBeLessThan(1);
    expect(await shiftOf(true, false)).toBeCloseTo(before, 6);
    expect(await shiftOf(false, true)).toBeLessThan(1);
  });
});

describe("the edge guard", () => {
  const image = { width: 100, height: 100 };
  const full = maskOf({ width: 40, height: 40 }, () => 255);

  it("ramps a mask to 0 over 8 pixels at sides within the picture, and only there", () => {
    const guarded = guardEdges(full, { x0: 30, y0: 0, x1: 70, y1: 40 }, image);
    const row = (y: number) => [...guarded.data.slice(y * 40, (y + 1) * 40)];
    expect(row(0).slice(0, 9)).toEqual([0, 31, 63, 95, 127, 159, 191, 223, 255]);
    expect(row(0).slice(-9)).toEqual([0, 31, 63, 95, 127, 159, 191, 223, 255].reverse());
    expect(row(39).every((level) => level === 0)).toBe(true);
    expect(row(31)[20]).toBe(255);
  });

  it("leaves a mask alone that keeps away from the sides, or reaches only the picture's own", () => {
    const inner = maskOf({ width: 40, height: 40 }, (x, y) =>
      x >= 8 && x < 32 && y >= 8 && y < 32 ? 200 : 0,
    );
    expect(guardEdges(inner, { x0: 30, y0: 30, x1: 70, y1: 70 }, image)).toEqual(inner);
    expect(guardEdges(full, { x0: -2, y0: 0, x1: 38, y1: 40 }, { width: 38, height: 40 })).toEqual(full);
  });
});

describe("blending", () => {
  it("writes only where the mask is, wherever the crop lies over the picture's edges", () => {
    const canvas: Image = { width: 6, height: 5, channels: 1, depth: 8, data: new Uint8Array(30).fill(9) };
    const mask = maskOf({ width: 4, height: 4 }, (x, y) => ((x + y) % 2) * 255);
    atOnce(
      blendingRegion(
        canvas,
        { x0: -2, y0: 3, x1: 2, y1: 7 },
        mask,
        floatOf(mask, () => 80),
      ),
    );
    expect([...canvas.data.slice(18)]).toEqual([9, 80, 9, 9, 9, 9, 80, 9, 9, 9, 9, 9]);
    expect(canvas.data.slice(0, 18).every((v) => v === 9)).toBe(true);
  });
});

describe("counting changes", () => {
  it("sees every changed sample, alpha and 16 bits too, on its side of the mask", () => {
    const before = softImage({ width: 10, height: 10 }, 4, 16);
    const after: Image = { ...before, depth: 16, data: Uint16Array.from(before.data) };
    const mask = maskOf(before, (x) => (x < 5 ? 1 : 0));
    expect(measureChanges(before, after, mask)).toEqual({ outside: 0, inside: 0 });
    after.data[3] = 1;
    after.data[9 * 4] = (after.data[9 * 4] ?? 0) ^ 1;
    after.data[9 * 4 + 1] = (after.data[9 * 4 + 1] ?? 0) ^ 1;
    expect(measureChanges(before, after, mask)).toEqual({ outside: 1, inside: 1 });
  });

  it("refuses pictures that cannot be compared", () => {
    const image = softImage({ width: 4, height: 4 }, 3, 8);
    expect(() =>
      measureChanges(
        image,
        softImage({ width: 4, height: 3 }, 3, 8),
        maskOf(image, () => 0),
      ),
    ).toThrow(/4x3/);
  });
});

describe("quality numbers", () => {
  const image = softImage({ width: 60, height: 60 }, 3, 8);
  const square = (level: number): Mask =>
    maskOf(image, (x, y) => (x >= 20 && x < 40 && y >= 20 && y < 40 ? level : 0));
  const changed = (change: (value: number, i: number) => number, mask = square(255)): Image => ({
    ...image,
    depth: 8,
    data: Uint8Array.from(image.data, (value, i) =>
      mask.data[Math.floor(i / 3)] ? change(value, i) : value,
    ),
  });
  const measure = (after: Image, mask = square(255)) =>
    atOnce(measuringPainting(image, after, mask, whole(mask)));

  it("are 1 where nothing changed", () => {
    expect(measure(image)).toEqual({ seam: 1, sharpnessGain: 1 });
  });

  it("show a seam where a lighter patch was pasted, for soft and faint masks too", () => {
    expect(measure(changed((value) => Math.min(255, value + 40))).seam).toBeGreaterThan(3);
    const faint = square(60);
    expect(
      measure(
        changed((value) => Math.min(255, value + 40), faint),
        faint,
      ).seam,
    ).toBeGreaterThan(3);
  });

  it("find the seam of a fade in its middle, where it is steepest", () => {
    const flat: Image = { width: 60, height: 60, channels: 1, depth: 8, data: new Uint8Array(3600).fill(90) };
    const options = { maskPadding: 0, maskBlur: 16, invert: false };
    const fade = createMask(flat, [{ kind: "box", box: [0, 0, 20, 60] }], options).mask;
    const after: Image = { ...flat, depth: 8, data: flat.data.slice() };
    atOnce(
      blendingRegion(
        after,
        whole(flat),
        fade,
        floatOf(flat, () => 190),
      ),
    );
    expect(atOnce(measuringPainting(flat, after, fade, whole(flat))).seam).toBeGreaterThan(10);
  });

  it("show sharpening and softening inside", () => {
    expect(
      measure(changed((value, i) => value + (Math.floor(i / 3) % 2 ? 8 : -8))).sharpnessGain,
    ).toBeGreaterThan(3);
    expect(measure(changed(() => 100)).sharpnessGain).toBeLessThan(0.5);
  });

  it("are null where there is nothing to measure", () => {
    const all = maskOf(image, () => 255);
    expect(measure(image, all).seam).toBeNull();
    expect(
      measure(
        image,
        maskOf(image, (x, y) => (x === 5 && y === 5 ? 255 : 0)),
      ).sharpnessGain,
    ).toBeNull();
  });
});
