import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findComponents } from "../../src/image/mask-components.ts";
import { blankMask, type Mask, type PixelBox } from "../../src/image/raster.ts";
import { cutRegionMask, findRegions, wholeMaskRegion } from "../../src/inpainting/regions.ts";
import { maskOf, masksFor, noiseImage, sizes, softImage } from "../image/rasters.ts";
import { capabilities, fillWith, inpaintWith, returnInput, zoomed } from "./zoom-cases.ts";

/** Sets of pixels that hang together, found by walking from neighbour to neighbour. */
function slowComponents({ width, height, data }: Mask): Set<number>[] {
  const left = new Set([...data.keys()].filter((i) => data[i] !== 0));
  const components: Set<number>[] = [];
  for (const start of left) {
    const component = new Set([start]);
    for (const pixel of component) {
      left.delete(pixel);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [x, y] = [(pixel % width) + dx, Math.floor(pixel / width) + dy];
          if (x >= 0 && y >= 0 && x < width && y < height && left.has(y * width + x))
            component.add(y * width + x);
        }
      }
    }
    components.push(component);
  }
  return components;
}

const pixelsOf = (runs: Int32Array, width: number): number[] => {
  const pixels: number[] = [];
  for (let i = 0; i < runs.length; i += 3) {
    for (let x = runs[i + 1] ?? 0; x < (runs[i + 2] ?? 0); x++) pixels.push((runs[i] ?? 0) * width + x);
  }
  return pixels;
};

describe("components", () => {
  it("are the 8-connected sets of pixels above 0, in reading order, with their boxes", () => {
    const masks = sizes(24).chain((size) =>
      fc.oneof(
        masksFor(size),
        fc.infiniteStream(fc.boolean()).map((bits) => maskOf(size, () => (bits.next().value ? 255 : 0))),
      ),
    );
    fc.assert(
      fc.property(masks, (mask) => {
        const found = findComponents(mask);
        expect(found.map(({ runs }) => pixelsOf(runs, mask.width))).toEqual(
          slowComponents(mask).map((pixels) => [...pixels].sort((a, b) => a - b)),
        );
        for (const { runs, box, area } of found) {
          const pixels = pixelsOf(runs, mask.width);
          expect(area).toBe(pixels.length);
          expect([box.x0, box.x1]).toEqual([
            Math.min(...pixels.map((p) => p % mask.width)),
            Math.max(...pixels.map((p) => p % mask.width)) + 1,
          ]);
          expect(box.y0).toBe(Math.floor(Math.min(...pixels) / mask.width));
          expect(box.y1).toBe(Math.floor(Math.max(...pixels) / mask.width) + 1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("are found where the mask's bytes begin at any address", () => {
    for (let offset = 0; offset < 5; offset++) {
      const data = new Uint8Array(offset + 30).subarray(offset);
      data.set([1, 1], 13);
      expect(findComponents({ width: 10, height: 3, data })).toMatchObject([
        { area: 2, box: { x0: 3, y0: 1, x1: 5, y1: 2 } },
      ]);
    }
  });
});

describe("specks below 16 pixels", () => {
  const withSpeck = (distance: number): Mask =>
    maskOf({ width: 120, height: 20 }, (x, y) => {
      const face = x >= 10 && x < 20 && y >= 5 && y < 15;
      const speck = x >= 19 + distance && x < 22 + distance && y >= 5 && y < 10;
      return face || speck ? 255 : 0;
    });

  it("are joined to the region within the margin, and their pixels are repainted with it", async () => {
    const { regions, dropped } = findRegions(withSpeck(32), 32);
    expect(regions).toMatchObject([{ box: { x0: 10, x1: 54 }, components: [{ area: 100 }, { area: 15 }] }]);
    expect(dropped).toEqual([]);
    const mask = withSpeck(32);
    const result = await inpaintWith(fillWith(255), softImage(mask, 3, 8), mask);
    expect(result.pixelsChangedInside).toBe(115);
  });

  it("farther away are left as they are, listed and counted", async () => {
    const mask = withSpeck(33);
    expect(findRegions(mask, 32)).toMatchObject({ regions: [{}], dropped: [{ area: 15 }] });
    const result = await inpaintWith(fillWith(255), softImage(mask, 3, 8), mask);
    expect(result.pixelsChangedInside).toBe(100);
    expect(result.regions.map(({ status }) => status)).toEqual(["inpainted", "dropped"]);
    expect(result.warnings[0]).toMatch(
      /^left as they are: parts of the mask with fewer than 16 pixels .*\(1\)$/,
    );
  });

  it("are part of the one region where the whole image is sent", () => {
    expect(wholeMaskRegion(withSpeck(60))).toMatchObject({ components: [{ area: 100 }, { area: 15 }] });
    expect(wholeMaskRegion(blankMask({ width: 3, height: 3 }))).toBeNull();
  });
});

describe("a crop", () => {
  const image = softImage({ width: 300, height: 200 }, 3, 8);
  const boxMask = ({ x0, y0, x1, y1 }: PixelBox): Mask =>
    maskOf(image, (x, y) => (x >= x0 && x < x1 && y >= y0 && y < y1 ? 255 : 0));
  const planOf = async (box: PixelBox, hard = {}, zoom = {}) => {
    const sent: { width: number; height: number }[] = [];
    const result = await inpaintWith(
      (request) => {
        sent.push({ width: request.image.width, height: request.image.height });
        return request.image;
      },
      image,
      boxMask(box),
      { capabilities: capabilities(hard), zoom: zoomed(zoom) },
    );
    return { crop: result.regions[0]?.crop, scale: result.regions[0]?.scale, sent: sent[0], result };
  };
  const middle = { x0: 140, y0: 90, x1: 180, y1: 110 };

  it("is the mask's own box and the margin, whatever the mask's levels are", async () => {
    expect((await planOf(middle, {}, { maskMargin: 40 })).crop).toEqual([100, 50, 220, 150]);
    const faded = maskOf(image, (x, y) =>
      Math.hypot(x - 150, y - 100) < 20
        ? Math.max(1, Math.round(255 - 12 * Math.hypot(x - 150, y - 100)))
        : 0,
    );
    const result = await inpaintWith(returnInput(), image, faded);
    expect(result.regions[0]).toMatchObject({ box: [131, 81, 170, 120], crop: [99, 49, 202, 152] });
  });

  it("has a margin of 10 at least, and ends at the picture's edges", async () => {
    expect((await planOf(middle, {}, { maskMargin: 0 })).crop).toEqual([130, 80, 190, 120]);
    expect((await planOf({ x0: 0, y0: 180, x1: 30, y1: 200 })).crop).toEqual([0, 148, 62, 200]);
  });

  it("takes the aspect of the inpainter by shifting inside the picture, and beyond it only where it must", async () => {
    expect((await planOf(middle, { aspect: 1 })).crop).toEqual([108, 48, 212, 152]);
    expect((await planOf({ x0: 0, y0: 50, x1: 40, y1: 190 }, { aspect: 1 })).crop).toEqual([0, 18, 182, 200]);
    expect((await planOf(middle, { aspect: 0.25 })).crop?.slice(1)).toEqual([-108, 212, 308]);
  });

  it("is brought to the native size or guideSize, to sides of the declared grid, and the grid widens the crop", async () => {
    const { sent, scale, crop } = await planOf(middle, { nativeSize: 512, multipleOf: 64 });
    expect(sent).toEqual({ width: 512, height: 448 });
    expect(scale).toBeCloseTo(512 / 104);
    expect(crop).toEqual([108, 55, 212, 146]);
    expect((await planOf(middle, { nativeSize: 512 }, { guideSize: 208 })).scale).toBe(2);
    // A size off the grid is rounded up on both sides alike: the crop is not stretched.
    expect(await planOf(middle, { nativeSize: 500, multipleOf: 64 })).toMatchObject({ sent, scale, crop });
  });

  it("is never made smaller unless it exceeds maxSide or maxSize", async () => {
    expect((await planOf(middle, { nativeSize: 64 })).scale).toBe(1);
    expect(await planOf(middle, { nativeSize: 64, maxSide: 52 })).toMatchObject({
      scale: 0.5,
      sent: { width: 52, height: 42 },
    });
    expect((await planOf(middle, { nativeSize: 512 }, { maxSize: 104 })).scale).toBe(1);
  });

  it("of an inpainter that works at the crop's own size has scale 1, guideSize or not", async () => {
    const { scale, sent, result } = await planOf(middle, { nativeSize: "own" }, { guideSize: 512 });
    expect({ scale, sent }).toEqual({ scale: 1, sent: { width: 104, height: 84 } });
    expect(result.warnings).toEqual([expect.stringContaining("guideSize is ignored")]);
  });

  it("that is large enough is left alone with skipIfLarger", async () => {
    const { result } = await planOf(middle, { nativeSize: 104 }, { skipIfLarger: true });
    expect(result.regions[0]?.status).toBe("skippedLarger");
    expect(result.image).toEqual(image);
    expect(
      (await planOf(middle, { nativeSize: 105 }, { skipIfLarger: true })).result.regions[0]?.status,
    ).toBe("inpainted");
  });

  it("holds the mask and its surroundings, fits the limits and the grid: any picture, mask and inpainter", () => {
    const cases = fc.record({
      size: sizes(60),
      multipleOf: fc.constantFrom(1, 8, 64),
      maxSide: fc.constantFrom(64, 128),
      nativeSize: fc.constantFrom("own" as const, 64, 100, 512),
      aspect: fc.constantFrom(null, 1, 0.3, 2),
    });
    return fc.assert(
      fc.asyncProperty(cases, fc.integer(), async ({ size, ...hard }, seed) => {
        const picture = noiseImage(size, 1, 8, seed);
        const mask = maskOf(size, () => 255);
        await inpaintWith(
          ({ image: sent, mask: part }) => {
            expect(part).toMatchObject({ width: sent.width, height: sent.height });
            for (const side of [sent.width, sent.height]) {
              expect(side % hard.multipleOf).toBe(0);
              expect(side).toBeLessThanOrEqual(hard.maxSide);
            }
            expect(part.data.every((level) => level === 255)).toBe(true);
            return sent;
          },
          picture,
          mask,
          { capabilities: capabilities(hard) },
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("the mask of a region", () => {
  it("repeats its edge beyond the picture, as the crop does", () => {
    const mask = maskOf({ width: 5, height: 5 }, (x, y) => 100 + x + 10 * y);
    const whole = wholeMaskRegion(mask);
    const crop = { x0: -2, y0: -1, x1: 7, y1: 6 };
    const cut = whole && cutRegionMask(mask, whole, crop);
    expect(cut).toEqual(
      maskOf(
        { width: 9, height: 7 },
        (x, y) => 100 + Math.min(4, Math.max(0, x - 2)) + 10 * Math.min(4, Math.max(0, y - 1)),
      ),
    );
  });
});
