import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, decodeReduced, encodeImage, encodeMask, isLossless } from "../../src/image/codec.ts";
import { decodeMask } from "../../src/image/decode-mask.ts";
import { inspectImage } from "../../src/image/inspect-image.ts";
import { orientImage } from "../../src/image/orient-image.ts";
import type { Image } from "../../src/image/raster.ts";
import { dropAlpha, narrowTo8Bits, toRgb } from "../../src/image/samples.ts";
import { channelCounts, depths, largestDifference, maskOf, noiseImage, sizes, softImage } from "./rasters.ts";

const png = (image: Image): Promise<Uint8Array> => encodeImage(image, { format: "png" });

describe("a PNG", () => {
  it("gives back every sample of every kind of image: grey, alpha, RGB, 8 and 16 bits", async () => {
    await fc.assert(
      fc.asyncProperty(sizes(9), channelCounts, depths, fc.integer(), async (size, channels, depth, seed) => {
        const image = noiseImage(size, channels, depth, seed);
        const decoded = await decodeImage(await png(image));
        expect(decoded.image).toEqual(image);
        expect(decoded.info).toMatchObject({ ...size, channels, depth, format: "png", lossless: true });
      }),
      { numRuns: 40 },
    );
  });

  it("with a palette becomes RGB, and with a transparent palette colour RGBA", async () => {
    const flat = noiseImage({ width: 4, height: 4 }, 4, 8);
    flat.data.fill(200, 0, 32);
    const opaque = await sharp(toRgb(flat).data, { raw: { width: 4, height: 4, channels: 3 } })
      .png({ palette: true })
      .toBuffer();
    const clear = await sharp(flat.data, { raw: { width: 4, height: 4, channels: 4 } })
      .png({ palette: true })
      .toBuffer();
    expect(opaque[25]).toBe(3);
    expect((await decodeImage(opaque)).image.channels).toBe(3);
    expect((await decodeImage(clear)).image.channels).toBe(4);
  });

  it("of 1 bit becomes 8-bit grey", async () => {
    const grey = noiseImage({ width: 9, height: 2 }, 1, 8);
    const bits = await sharp(
      grey.data.map((v) => (v > 127 ? 255 : 0)),
      { raw: { width: 9, height: 2, channels: 1 } },
    )
      .toColourspace("b-w")
      .png({ palette: true, colours: 2 })
      .toBuffer();
    const { image } = await decodeImage(bits);
    expect([...toRgb(image).data].filter((_, i) => i % 3 === 0)).toEqual(
      [...grey.data].map((v) => (v > 127 ? 255 : 0)),
    );
  });
});

describe("a WEBP", () => {
  it("written lossless keeps every sample, hidden colours of transparent pixels included", async () => {
    const image = noiseImage({ width: 12, height: 7 }, 4, 8);
    for (let i = 3; i < image.data.length; i += 8) image.data[i] = 0;
    const bytes = await encodeImage(image, { format: "webp", lossless: true });
    const decoded = await decodeImage(bytes);
    expect(decoded.image).toEqual(image);
    expect(decoded.info.lossless).toBe(true);
  });

  it("stays lossy or lossless as its source was", async () => {
    const image = softImage({ width: 20, height: 20 }, 3, 8);
    for (const lossless of [true, false]) {
      const { container } = await decodeImage(await encodeImage(image, { format: "webp", lossless }));
      expect(isLossless({ format: "webp", container })).toBe(lossless);
      const again = await decodeImage(await encodeImage(image, { format: "webp", container }));
      expect(again.info.lossless).toBe(lossless);
    }
  });
});

describe("a JPEG", () => {
  it("keeps grey grey, and colours at full resolution", async () => {
    const grey = await encodeImage(softImage({ width: 32, height: 24 }, 1, 8), { format: "jpg" });
    expect((await decodeImage(grey)).image.channels).toBe(1);
    const image = softImage({ width: 32, height: 24 }, 3, 8);
    const bytes = await encodeImage(image, { format: "jpg" });
    expect((await sharp(bytes).metadata()).chromaSubsampling).toBe("4:4:4");
    expect(largestDifference((await decodeImage(bytes)).image.data, image.data)).toBeLessThan(24);
  });

  it("has no alpha: pictures are laid over white, and 16 bits are rounded", async () => {
    const image = softImage({ width: 16, height: 16 }, 4, 16);
    for (let i = 3; i < image.data.length; i += 4) image.data[i] = 0;
    const { image: decoded } = await decodeImage(await encodeImage(image, { format: "jpg" }));
    expect(decoded.channels).toBe(3);
    expect(Math.min(...decoded.data)).toBeGreaterThan(250);
  });
});

describe("samples", () => {
  it("narrow from 16 to 8 bits by rounding, and widened ones come back exactly", () => {
    const levels = Uint16Array.from({ length: 256 }, (_, i) => i * 257);
    const narrow = narrowTo8Bits({ width: 16, height: 16, channels: 1, depth: 16, data: levels });
    expect([...narrow.data]).toEqual([...Array(256).keys()]);
  });

  it("lay half-transparent colours half over white", () => {
    const image: Image = { width: 1, height: 1, channels: 2, depth: 8, data: Uint8Array.of(0, 128) };
    expect([...dropAlpha(image).data]).toEqual([127]);
  });

  it("repeat grey for detectors and leave alpha out", () => {
    const image: Image = { width: 2, height: 1, channels: 2, depth: 8, data: Uint8Array.of(7, 0, 9, 255) };
    expect([...toRgb(image).data]).toEqual([7, 7, 7, 9, 9, 9]);
  });
});

describe("orientation", () => {
  it("turns stored pixels upright like sharp does, for all eight values", async () => {
    const image = softImage({ width: 31, height: 17 }, 3, 8);
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      const bytes = await sharp(image.data, { raw: { width: 31, height: 17, channels: 3 } })
        .webp({ lossless: true })
        .withMetadata({ orientation })
        .toBuffer();
      const expected = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
      const { image: upright, info } = await decodeImage(bytes);
      expect(info).toMatchObject({ orientation, width: expected.info.width, height: expected.info.height });
      expect(upright).toMatchObject({ width: info.width, height: info.height });
      expect(largestDifference(upright.data, expected.data)).toBe(0);
      expect(orientImage(image, orientation).data).toEqual(upright.data);
    }
  });
});

describe("a mask", () => {
  it("at rest is an 8-bit grey PNG that gives back every level", async () => {
    const mask = maskOf({ width: 16, height: 16 }, (x, y) => y * 16 + x);
    const bytes = await encodeMask(mask);
    expect(inspectImage(bytes)).toMatchObject({ format: "png", channels: 1, depth: 8 });
    expect(await decodeMask(bytes, mask)).toEqual(mask);
  });

  it("from a JPEG loses the ringing around its shapes, not the shapes", async () => {
    const mask = maskOf({ width: 64, height: 64 }, (x, y) =>
      x > 20 && x < 45 && y > 20 && y < 45 ? 255 : 0,
    );
    const bytes = await encodeImage({ ...mask, channels: 1, depth: 8 }, { format: "jpg", quality: 60 });
    const raw = await decodeImage(bytes);
    expect(raw.image.data.some((level) => level > 0 && level <= 8)).toBe(true);
    const decoded = await decodeMask(bytes, mask);
    expect(decoded.data.every((level) => level === 0 || level > 8)).toBe(true);
    expect(decoded.data[32 * 64 + 32]).toBeGreaterThan(245);
  });

  it("is the brightness of its colours where it is opaque", async () => {
    const image: Image = {
      width: 4,
      height: 1,
      channels: 4,
      depth: 8,
      data: Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 128, 255, 0, 0, 255),
    };
    expect([...(await decodeMask(await png(image), image)).data]).toEqual([255, 0, 128, 54]);
  });

  it("of another size is scaled if its aspect agrees within 1 %, and refused otherwise", async () => {
    const bytes = await encodeMask(maskOf({ width: 100, height: 50 }, () => 255));
    expect(await decodeMask(bytes, { width: 201, height: 100 })).toMatchObject({ width: 201, height: 100 });
    await expect(decodeMask(bytes, { width: 100, height: 52 })).rejects.toMatchObject({
      code: "MASK_MISMATCH",
      message: expect.stringContaining("expected 100x52 like the image"),
    });
  });
});

describe("decodeReduced", () => {
  it("makes a picture smaller by the factor, sides rounded up, and keeps its colours", async () => {
    const even = { width: 201, height: 100, channels: 3, background: "#3264c8" } as const;
    for (const format of ["png", "jpeg", "webp"] as const) {
      const reduced = await decodeReduced(await sharp({ create: even }).toFormat(format).toBuffer(), 2);
      expect([reduced.width, reduced.height, reduced.channels]).toEqual([101, 50, 3]);
      for (const [at, level] of [50, 100, 200].entries())
        expect(Math.abs((reduced.data[at] ?? 0) - level)).toBeLessThan(4);
    }
  });

  it("keeps 16 bits and grey as they are", async () => {
    const data = new Uint16Array(64 * 64).fill(40_000);
    const raw = { width: 64, height: 64, channels: 1 } as const;
    const deep = await sharp(data, { raw }).toColourspace("grey16").png().toBuffer();
    const reduced = await decodeReduced(deep, 4);
    expect([reduced.width, reduced.height, reduced.channels, reduced.depth]).toEqual([16, 16, 1, 16]);
    expect(reduced.data[100]).toBe(40_000);
  });

  it("leaves what has alpha whole, since colours under it would be lost", async () => {
    const clear = { width: 40, height: 40, channels: 4, background: "#ff000000" } as const;
    const reduced = await decodeReduced(await sharp({ create: clear }).png().toBuffer(), 2);
    expect([reduced.width, reduced.data[0], reduced.data[3]]).toEqual([40, 255, 0]);
  });
});
