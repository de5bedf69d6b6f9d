import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Turn } from "../../src/contracts/tasks.ts";
import { decodeImage } from "../../src/image/codec.ts";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import type { Image, Mask, Size } from "../../src/image/raster.ts";
import { scaleMask } from "../../src/image/scale-mask.ts";
import type { InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { largestDifference, maskOf, psnr, softImage } from "../image/rasters.ts";
import { hasPhotos, photoNames, readPhoto } from "../image/shared-files.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import {
  capabilities,
  fillWith,
  inpainters,
  inpaintWith,
  pictures,
  returnInput,
  standard,
  zoomed,
  zoomOptions,
} from "./zoom-cases.ts";

const ASTRONAUT = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));

const everywhere = ({ width, height }: Size, roll: number): Turn[] => [{ box: [0, 0, width, height], roll }];

/** A disc of a face's usual size in the middle of a picture. */
const faceMask = (size: Size, radius = 75): Mask =>
  maskOf(size, (x, y) =>
    Math.hypot(x - Math.floor(size.width / 2), (y - Math.floor(size.height / 2)) * 0.8) <= radius ? 255 : 0,
  );

function insideOf({ data, channels }: Image, mask: Mask): number[] {
  return Array.from(data).filter((_, i) => mask.data[Math.floor(i / channels)] !== 0);
}

describe("a region that is turned upright", () => {
  it("changes no sample outside the mask: any picture, mask, zoom, inpainter, answer and roll", async () => {
    const rolls = fc.integer({ min: -180, max: 180 });
    await fc.assert(
      fc.asyncProperty(
        pictures(22),
        zoomOptions,
        inpainters,
        rolls,
        async ({ image, mask }, zoom, inpainter, roll) => {
          const result = await inpaintWith(fillWith(77), image, mask, {
            zoom,
            capabilities: inpainter,
            turns: everywhere(image, roll),
          });
          const before = enlargeImage(image, zoom.outputScale);
          const scaled = scaleMask(mask, before);
          expect(result.image).toMatchObject({ channels: image.channels, depth: image.depth });
          const changed = result.image.data.findIndex(
            (sample, i) => scaled.data[Math.floor(i / image.channels)] === 0 && sample !== before.data[i],
          );
          expect(changed).toBe(-1);
          expect(result.pixelsChangedOutside).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is painted all over, at every roll: the answer's colour is the result's wherever the mask is white", async () => {
    const image = softImage({ width: 90, height: 70 }, 3, 8);
    const mask = faceMask(image, 20);
    for (const roll of [-179, -90, -45, 4, 30, 90, 135, 180]) {
      const result = await inpaintWith(fillWith(200), image, mask, { turns: everywhere(image, roll) });
      expect(new Set(insideOf(result.image, mask))).toEqual(new Set([200]));
    }
  });

  it("stands upright before the inpainter: a bar at 30 degrees is level in its crop", async () => {
    const size = { width: 160, height: 160 };
    const [sine, cosine] = [Math.sin(Math.PI / 6), Math.cos(Math.PI / 6)];
    const image: Image = { ...size, channels: 1, depth: 8, data: new Uint8Array(160 * 160) };
    for (let i = 0; i < image.data.length; i++) {
      const [x, y] = [(i % 160) - 79.5, Math.floor(i / 160) - 79.5];
      image.data[i] = Math.abs(y * cosine - x * sine) < 6 ? 255 : 0;
    }
    const seen: InpaintRequest[] = [];
    await inpaintWith(
      (request) => {
        seen.push(request);
        return request.image;
      },
      image,
      maskOf(size, (x, y) => (Math.hypot(x - 79.5, y - 79.5) < 30 ? 255 : 0)),
      { turns: everywhere(size, 30) },
    );
    const { image: crop } = seen[0] ?? expect.unreachable("the inpainter was asked");
    const middle = Math.floor(crop.height / 2);
    const level = (x: number, y: number): number => crop.data[(y * crop.width + x) * 3] ?? 0;
    for (let x = 20; x < crop.width - 20; x++) {
      expect(level(x, middle)).toBeGreaterThan(250);
      expect(Math.abs(level(x, middle - 10))).toBeLessThan(5);
      expect(Math.abs(level(x, middle + 10))).toBeLessThan(5);
    }
  });

  it("turns what was painted back to where it belongs", async () => {
    const size = { width: 120, height: 120 };
    const image = softImage(size, 3, 8);
    // The inpainter paints the upper half of what it sees white, the lower half black.
    const halves = ({ image: crop }: InpaintRequest) => ({
      ...crop,
      data: crop.data.map((_, i) => (Math.floor(i / 3 / crop.width) < crop.height / 2 ? 255 : 0)),
    });
    const mask = maskOf(size, (x, y) => (Math.hypot(x - 59.5, y - 59.5) < 30 ? 255 : 0));
    const { image: result } = await inpaintWith(halves, image, mask, { turns: everywhere(size, 90) });
    const at = (x: number, y: number): number => result.data[(y * size.width + x) * 3] ?? 0;
    // Turned clockwise by 90 degrees, what is up in the crop is right in the picture.
    for (const y of [45, 60, 75]) expect([at(70, y), at(50, y)]).toEqual([255, 0]);
  });

  it("comes back at 40 dB or more from an inpainter that changes nothing, on the photo in the repository", async () => {
    const { image } = await decodeImage(ASTRONAUT);
    const mask = faceMask(image);
    for (const roll of [30, 45, 170]) {
      const result = await inpaintWith(returnInput(), image, mask, {
        turns: everywhere(image, roll),
        capabilities: capabilities({ nativeSize: 512 }),
      });
      expect(psnr(insideOf(result.image, mask), insideOf(image, mask))).toBeGreaterThan(45);
      expect(result.pixelsChangedOutside).toBe(0);
    }
  });

  describe.skipIf(mayBeMissing && !hasPhotos)("with ../shared/photos", () => {
    it("comes back at 40 dB or more from a zoom to 512 pixels, on other photos", async () => {
      for (const name of photoNames().slice(0, 3)) {
        const { image } = await decodeImage(readPhoto(name));
        const mask = faceMask(image);
        const result = await inpaintWith(returnInput(), image, mask, {
          turns: everywhere(image, 45),
          capabilities: capabilities({ nativeSize: 512 }),
        });
        expect(psnr(insideOf(result.image, mask), insideOf(image, mask))).toBeGreaterThan(40);
      }
    });
  });

  it("says by how much it was turned, and which part of the picture it saw", async () => {
    const image = softImage({ width: 100, height: 100 }, 3, 8);
    const result = await inpaintWith(returnInput(), image, faceMask(image, 20), {
      turns: everywhere(image, 90),
    });
    expect(result.regions).toMatchObject([{ turned: 90, status: "inpainted" }]);
  });
});

describe("which regions are turned", () => {
  const image = softImage({ width: 120, height: 60 }, 3, 8);
  const two = maskOf(image, (x, y) => (Math.abs(y - 30) < 10 && (x < 30 || x > 90) ? 255 : 0));

  it("each by the face that covers most of it", async () => {
    const turns: Turn[] = [
      { box: [0, 10, 40, 50], roll: 20 },
      { box: [30, 0, 120, 60], roll: -50 },
    ];
    const { regions } = await inpaintWith(returnInput(), image, two, { turns });
    expect(regions.map(({ turned }) => turned)).toEqual([20, -50]);
  });

  it("not those that are turned by less than 3 degrees: they come back exactly", async () => {
    const result = await inpaintWith(returnInput(), image, two, { turns: everywhere(image, 2.9) });
    expect(largestDifference(result.image.data, image.data)).toBe(0);
    expect(result.regions.map(({ turned }) => turned)).toEqual([undefined, undefined]);
  });

  it("not a whole picture, and not for a fill: that is said", async () => {
    const whole = await inpaintWith(returnInput(), image, two, {
      turns: everywhere(image, 40),
      zoom: standard(),
    });
    expect(whole.image.data).toEqual(image.data);
    expect(whole.warnings).toEqual([expect.stringMatching(/align is ignored without maskMargin/)]);
    const filled = await inpaintWith(returnInput(), image, two, {
      turns: everywhere(image, 40),
      zoom: zoomed(),
      capabilities: capabilities({}, { edgeGuard: false }),
    });
    expect(filled.image.data).toEqual(image.data);
    expect(filled.warnings).toEqual([expect.stringMatching(/align is ignored: this inpainter fills/)]);
  });
});
