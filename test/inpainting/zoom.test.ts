import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/codec.ts";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import type { Image, Mask } from "../../src/image/raster.ts";
import { toRgb } from "../../src/image/samples.ts";
import { scaleMask } from "../../src/image/scale-mask.ts";
import type { InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { largestDifference, maskOf, noiseImage, psnr, softImage } from "../image/rasters.ts";
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
  through8Bits,
  zoomed,
  zoomOptions,
} from "./zoom-cases.ts";

/** Whether every sample under mask = 0 is the input's own; written apart from the product's own measure. */
function keepsOutside(before: Image, after: Image, mask: Mask): boolean {
  return after.data.every((sample, i) => {
    return mask.data[Math.floor(i / before.channels)] !== 0 || sample === before.data[i];
  });
}

const disc = (size: { width: number; height: number }, x0: number, y0: number, radius: number): Mask =>
  maskOf(size, (x, y) => {
    const d = Math.hypot(x - x0, y - y0);
    return d <= radius ? 255 : d <= radius + 4 ? Math.round(255 * (1 - (d - radius) / 5)) : 0;
  });

describe("outside the mask", () => {
  it("no sample changes: any image, mask, zoom, inpainter and answer", async () => {
    await fc.assert(
      fc.asyncProperty(pictures(26), zoomOptions, inpainters, async ({ image, mask }, zoom, inpainter) => {
        const result = await inpaintWith(fillWith(77), image, mask, { zoom, capabilities: inpainter });
        const before = enlargeImage(image, zoom.outputScale);
        const scaled = scaleMask(mask, before);
        expect(result.image).toMatchObject({
          width: image.width * zoom.outputScale,
          height: image.height * zoom.outputScale,
          channels: image.channels,
          depth: image.depth,
        });
        expect(keepsOutside(before, result.image, scaled)).toBe(true);
        expect(result.pixelsChangedOutside).toBe(0);
      }),
      { numRuns: 120 },
    );
  });

  it("a black mask repaints nothing, calls nobody and says so", async () => {
    const image = noiseImage({ width: 20, height: 10 }, 3, 8);
    for (const zoom of [zoomed(), standard()]) {
      const never = (): never => expect.unreachable("nothing is to be repainted");
      const result = await inpaintWith(
        never,
        image,
        maskOf(image, () => 0),
        { zoom },
      );
      expect(result.image).toEqual(image);
      expect(result).toMatchObject({
        regions: [],
        pixelsChangedInside: 0,
        warnings: [expect.stringMatching(/black/)],
      });
    }
  });

  it("alpha is never touched, and fully transparent pixels keep their hidden colour", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(2 as const, 4 as const),
        fc.constantFrom(8 as const, 16 as const),
        async (channels, depth) => {
          const image = noiseImage({ width: 24, height: 24 }, channels, depth);
          for (let i = channels - 1; i < image.data.length; i += channels * 3) image.data[i] = 0;
          const { image: result } = await inpaintWith(
            fillWith(3),
            image,
            maskOf(image, () => 255),
          );
          for (let at = 0; at < image.data.length; at += channels) {
            const pixel = image.data.slice(at, at + channels);
            const painted = result.data.slice(at, at + channels);
            expect(painted[channels - 1]).toBe(pixel[channels - 1]);
            if (pixel[channels - 1] === 0) expect(painted).toEqual(pixel);
            else expect(painted[0]).toBe(depth === 8 ? 3 : 3 * 257);
          }
        },
      ),
      { numRuns: 4 },
    );
  });
});

describe("an inpainter that returns its input", () => {
  it("leaves the picture exactly as it was, at every scale, while it works in floats", async () => {
    await fc.assert(
      fc.asyncProperty(pictures(26), zoomOptions, inpainters, async ({ image, mask }, zoom, inpainter) => {
        const { maxSize: _, ...rest } = zoom;
        const result = await inpaintWith(returnInput(), image, mask, {
          zoom: { ...rest, outputScale: 1 },
          capabilities: { ...inpainter, hard: { ...inpainter.hard, maxSide: 512 } },
        });
        expect(result.image).toEqual(image);
        expect(result.pixelsChangedInside).toBe(0);
      }),
      { numRuns: 120 },
    );
  });

  it("does so too when it answers at twice, three and four times the size", async () => {
    const image = noiseImage({ width: 40, height: 33 }, 3, 8);
    const mask = disc(image, 20, 15, 9);
    for (const factor of [2, 3, 4]) {
      const result = await inpaintWith(returnInput(factor), image, mask, {
        capabilities: capabilities({ answerScales: [factor] }),
      });
      expect(result.image).toEqual(image);
    }
  });

  it("shows up with a single changed pixel: nothing is compared to save work", async () => {
    const image = softImage({ width: 60, height: 60 }, 3, 8);
    const result = await inpaintWith(
      (request) => {
        const { width, height, data } = request.image;
        const changed = data.slice();
        const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
        changed[middle] = (changed[middle] ?? 0) + 60;
        return { ...request.image, data: changed };
      },
      image,
      disc(image, 30, 30, 12),
    );
    expect(result.pixelsChangedInside).toBe(1);
    expect(result.pixelsChangedOutside).toBe(0);
  });

  it("through 8 bits returns the crop at 49 dB or more, neither lighter nor moved", async () => {
    const image = softImage({ width: 120, height: 100 }, 3, 8);
    const mask = maskOf(image, (x, y) => (x >= 20 && x < 100 && y >= 20 && y < 80 ? 255 : 0));
    for (const nativeSize of [112, 150, 256, 400]) {
      const result = await inpaintWith(through8Bits, image, mask, {
        capabilities: capabilities({ nativeSize }),
      });
      expect(psnr(result.image.data, image.data)).toBeGreaterThan(49);
      expect(Math.abs(meanOf(result.image) - meanOf(image))).toBeLessThan(0.1);
      expect(displacement(image, result.image, 20, 20, 80, 60)).toBeLessThan(0.05);
    }
  });

  describe.skipIf(mayBeMissing && !hasPhotos)("on the shared photos", () => {
    it.each(photoNames())("returns %s at 49 dB or more through 8 bits", async (name) => {
      const { image } = await decodeImage(readPhoto(name));
      const mask = disc(image, image.width / 2, image.height / 4, 55);
      const result = await inpaintWith(through8Bits, image, mask, {
        capabilities: capabilities({ nativeSize: 512 }),
      });
      const inside = (picture: Image) =>
        toRgb(picture).data.filter((_, i) => mask.data[Math.floor(i / 3)] !== 0);
      expect(result.regions[0]?.scale).toBeGreaterThan(1.5);
      expect(psnr(inside(result.image), inside(image))).toBeGreaterThan(49);
      expect(result.pixelsChangedOutside).toBe(0);
    });
  });
});

const meanOf = ({ data }: Image): number => [...data].reduce((sum, v) => sum + v, 0) / data.length;

/** Sub-pixel displacement between two pictures in a window (Lucas & Kanade: least squares over the gradients). */
function displacement(a: Image, b: Image, x0: number, y0: number, width: number, height: number): number {
  const at = (image: Image, x: number, y: number): number => image.data[(y * image.width + x) * 3] ?? 0;
  let [xx, xy, yy, xt, yt] = [0, 0, 0, 0, 0];
  for (let y = y0; y < y0 + height; y++) {
    for (let x = x0; x < x0 + width; x++) {
      const gx = (at(a, x + 1, y) - at(a, x - 1, y)) / 2;
      const gy = (at(a, x, y + 1) - at(a, x, y - 1)) / 2;
      const t = at(b, x, y) - at(a, x, y);
      [xx, xy, yy, xt, yt] = [xx + gx * gx, xy + gx * gy, yy + gy * gy, xt + gx * t, yt + gy * t];
    }
  }
  const determinant = xx * yy - xy * xy;
  return Math.hypot((yy * xt - xy * yt) / determinant, (xx * yt - xy * xt) / determinant);
}

describe("inside the mask", () => {
  it("the answer is blended by the mask's level, in the image's own kind of samples", async () => {
    const image: Image = {
      width: 40,
      height: 40,
      channels: 3,
      depth: 8,
      data: new Uint8Array(4800).fill(100),
    };
    const mask = maskOf(image, (x, y) => (x >= 15 && x < 25 && y >= 15 && y < 25 ? (x < 20 ? 255 : 51) : 0));
    const { image: result } = await inpaintWith(fillWith(200), image, mask);
    expect(result.data[(20 * 40 + 16) * 3]).toBe(200);
    expect(result.data[(20 * 40 + 22) * 3]).toBe(120);
    const deep: Image = { ...image, depth: 16, data: new Uint16Array(4800).fill(25_701) };
    const { image: deepResult } = await inpaintWith(fillWith(200), deep, mask);
    expect(deepResult.data[(20 * 40 + 16) * 3]).toBe(200 * 257);
    expect(deepResult.data[(20 * 40 + 22) * 3]).toBe(Math.round(0.2 * 200 * 257 + 0.8 * 25_701));
  });

  it("a grey picture stays grey, whatever colour comes back", async () => {
    const image: Image = {
      width: 30,
      height: 30,
      channels: 1,
      depth: 8,
      data: new Uint8Array(900).fill(100),
    };
    const red = ({ image: crop }: InpaintRequest) => ({
      ...crop,
      data: crop.data.map((_, i) => (i % 3 === 0 ? 255 : 0)),
    });
    const { image: result } = await inpaintWith(red, image, disc(image, 15, 15, 6));
    expect(result.channels).toBe(1);
    expect(result.data[15 * 30 + 15]).toBe(54);
  });

  it("overshoot is clipped, not wrapped", async () => {
    const image = softImage({ width: 30, height: 30 }, 3, 8);
    for (const [level, sample] of [
      [-40, 0],
      [300, 255],
    ] as const) {
      const { image: result } = await inpaintWith(fillWith(level), image, disc(image, 15, 15, 6));
      expect(result.data[(15 * 30 + 15) * 3]).toBe(sample);
    }
  });

  it("at outputScale 2 the answer's own pixels are used", async () => {
    const image = softImage({ width: 60, height: 60 }, 3, 8);
    const stripes = ({ image: crop }: InpaintRequest) => {
      const [width, height] = [crop.width * 2, crop.height * 2];
      const data = Float32Array.from({ length: width * height * 3 }, (_, i) =>
        (Math.floor(i / 3) % width) % 2 ? 250 : 5,
      );
      return { width, height, channels: 3 as const, data };
    };
    const result = await inpaintWith(stripes, image, disc(image, 30, 30, 14), {
      zoom: zoomed({ outputScale: 2 }),
      capabilities: capabilities({ answerScales: [2] }),
    });
    const middle = (60 * 120 + 60) * 3;
    expect([result.image.data[middle], result.image.data[middle + 3]].sort()).toEqual([250, 5].sort());
    expect(result.regions[0]?.sharpnessGain).toBeGreaterThan(5);
  });
});

describe("without maskMargin", () => {
  const image = softImage({ width: 100, height: 72 }, 3, 8);
  const mask = maskOf(image, (x, y) =>
    Math.hypot(x - 30, y - 36) < 15 || Math.hypot(x - 80, y - 36) < 10 ? 255 : 0,
  );

  it("the whole image is sent once, at its own size where the inpainter takes it", async () => {
    const sent: InpaintRequest[] = [];
    const result = await inpaintWith(
      (request) => {
        sent.push(request);
        return request.image;
      },
      image,
      mask,
      { zoom: standard(), capabilities: capabilities({ nativeSize: 512 }) },
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]?.mask).toEqual(mask);
    expect(result.regions).toMatchObject([{ crop: [0, 0, 100, 72], scale: 1, seam: 1, sharpnessGain: 1 }]);
    expect(result.image).toEqual(image);
  });

  it("it is made smaller, and letterboxed by repeating edges, where the inpainter cannot", async () => {
    const sent: InpaintRequest[] = [];
    const result = await inpaintWith(
      (request) => {
        sent.push(request);
        return request.image;
      },
      image,
      mask,
      { zoom: standard(), capabilities: capabilities({ maxSide: 64, multipleOf: 32, aspect: 1 }) },
    );
    expect(sent[0]?.image).toMatchObject({ width: 64, height: 64 });
    expect(result.regions[0]).toMatchObject({ crop: [0, -14, 100, 86], scale: 0.64 });
    expect(result.pixelsChangedOutside).toBe(0);
    expect(result.pixelsChangedInside).toBeGreaterThan(100);
    expect(psnr(result.image.data, image.data)).toBeGreaterThan(30);
  });
});

describe("several regions", () => {
  const image = softImage({ width: 200, height: 80 }, 3, 8);
  const mask = maskOf(image, (x, y) => {
    const near = (cx: number) => Math.hypot(x - cx, y - 40) < 12;
    return near(30) || near(60) || near(150) ? 255 : 0;
  });

  it("are each sent by themselves, in reading order, with only their own part of the mask", async () => {
    const seen: InpaintRequest[] = [];
    const result = await inpaintWith(
      (request) => {
        seen.push(request);
        return request.image;
      },
      image,
      mask,
    );
    expect(seen.map(({ region }) => region)).toEqual([0, 1, 2]);
    const area = (m: Mask) => m.data.filter((v) => v > 0).length;
    expect(seen.reduce((sum, { mask: part }) => sum + area(part), 0)).toBe(area(mask));
    expect(result.regions.map(({ box }) => box[0])).toEqual([19, 49, 139]);
  });

  it("do not depend on how many are in flight or which ends first", async () => {
    const options = (concurrency: number) => ({
      concurrency,
      inpaint: async ({ image: crop, region }: InpaintRequest) => {
        for (let turns = (3 - region) * 3; turns > 0; turns--) await Promise.resolve();
        return { image: fillWith(50 + region * 60)({ image: crop } as InpaintRequest), seed: 7 + region };
      },
    });
    const alone = await inpaintWith(returnInput(), image, mask, options(1));
    const together = await inpaintWith(returnInput(), image, mask, options(3));
    expect(together).toEqual(alone);
    expect(alone.seed).toBe(7);
  });

  it("stop together at the first failure, whose error is thrown", async () => {
    let calls = 0;
    const failing = inpaintWith(
      () => {
        calls += 1;
        throw new Error("the box is on fire");
      },
      image,
      mask,
    );
    await expect(failing).rejects.toThrow("the box is on fire");
    expect(calls).toBe(1);
  });

  it("stop when they are cancelled", async () => {
    const controller = new AbortController();
    const cancelled = inpaintWith(
      ({ image: crop }) => {
        controller.abort();
        return crop;
      },
      image,
      mask,
      { signal: controller.signal },
    );
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("stop in the middle of work on the whole picture, before anything is asked of the inpainter", async () => {
    const large = softImage({ width: 900, height: 900 }, 3, 8);
    const controller = new AbortController();
    let calls = 0;
    const cancelled = inpaintWith(
      ({ image: crop }) => {
        calls += 1;
        return crop;
      },
      large,
      maskOf(large, (x, y) => (x > 40 && x < 60 && y > 40 && y < 60 ? 255 : 0)),
      { signal: controller.signal, zoom: zoomed({ outputScale: 4 }) },
    );
    setImmediate(() => controller.abort());
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    expect(calls).toBe(0);
  });
});

describe("what is refused", () => {
  const image = softImage({ width: 30, height: 30 }, 3, 8);

  it("is a mask of another size", async () => {
    await expect(
      inpaintWith(
        returnInput(),
        image,
        maskOf({ width: 30, height: 29 }, () => 255),
      ),
    ).rejects.toMatchObject({
      code: "MASK_MISMATCH",
      message: expect.stringContaining("expected 30x30 like the image, got 30x29"),
    });
  });

  it("is an answer of a size that the inpainter did not declare", async () => {
    const cut = inpaintWith(fillWith(1, 3), image, disc(image, 15, 15, 6), {
      capabilities: capabilities({ answerScales: [1, 2] }),
    });
    await expect(cut).rejects.toMatchObject({ code: "OUTPUT_INVALID" });
  });

  it("is an answer that holds no numbers, even outside the mask", async () => {
    const broken = inpaintWith(
      ({ image: crop }) => ({ ...crop, data: crop.data.map((v, i) => (i === 4 ? Number.NaN : v)) }),
      image,
      disc(image, 15, 15, 6),
    );
    await expect(broken).rejects.toMatchObject({
      code: "OUTPUT_INVALID",
      message: expect.stringMatching(/NaN at pixel 1/),
    });
  });

  it("is an output beyond the limit", async () => {
    const limits = { inputBytes: 1, inputPixels: 1, outputPixels: 3599 };
    const large = inpaintWith(returnInput(), image, disc(image, 15, 15, 6), {
      zoom: zoomed({ outputScale: 2 }),
      limits,
    });
    await expect(large).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });
});

describe("a picture of 12 000 x 8 000", () => {
  it("with masks in its corners is repainted there and nowhere else", async () => {
    const [width, height] = [12_000, 8_000];
    const image: Image = { width, height, channels: 1, depth: 8, data: new Uint8Array(width * height) };
    for (let i = 0; i < image.data.length; i += 997) image.data[i] = i;
    const data = new Uint8Array(width * height);
    for (const [x, y] of [
      [0, 0],
      [width - 40, 0],
      [0, height - 40],
      [width - 40, height - 40],
      [6000, 4000],
    ] as const) {
      for (let row = y; row < y + 40; row++) data.fill(255, row * width + x, row * width + x + 40);
    }
    const result = await inpaintWith(
      fillWith(123),
      image,
      { width, height, data },
      { capabilities: capabilities({ nativeSize: 128 }) },
    );
    expect(result.regions).toHaveLength(5);
    expect(result).toMatchObject({ pixelsChangedOutside: 0, pixelsChangedInside: 5 * 1600 });
    expect([0, width - 1, (height - 1) * width, width * height - 1].map((i) => result.image.data[i])).toEqual(
      [123, 123, 123, 123],
    );
    expect(
      largestDifference(
        result.image.data.subarray(50 * width, 3900 * width),
        image.data.subarray(50 * width, 3900 * width),
      ),
    ).toBe(0);
  });
});
