import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { MaskloomError } from "../../src/errors.ts";
import { decodeImage, encodeImage } from "../../src/image/codec.ts";
import { inspectImage } from "../../src/image/inspect-image.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { readRiffChunks, writeRiffChunks } from "../../src/image/metadata/riff-chunks.ts";
import { buildPng } from "./png-files.ts";
import { noiseImage, softImage } from "./rasters.ts";

const refuses = (bytes: Uint8Array, code: string, message: RegExp, limits = DEFAULT_LIMITS): void => {
  expect(() => inspectImage(bytes, limits)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
};

const photo = softImage({ width: 60, height: 40 }, 3, 8);
const raw = { raw: { width: 60, height: 40, channels: 3 } } as const;
const files = {
  png: await encodeImage(photo, { format: "png" }),
  jpg: await encodeImage(photo, { format: "jpg" }),
  webp: await encodeImage(photo, { format: "webp" }),
};
const onePixel = { width: 1, height: 1, bitDepth: 8, colourType: 0, rows: [Uint8Array.of(0)] };

describe("a file that is no picture we read", () => {
  it("is refused by name, fact and limit", async () => {
    refuses(new Uint8Array(), "IMAGE_UNREADABLE", /empty/);
    refuses(Buffer.from("hello, this is text"), "IMAGE_UNREADABLE", /begins with the bytes 68656c6c/);
    refuses(await sharp(photo.data, raw).gif().toBuffer(), "IMAGE_UNSUPPORTED", /GIF/);
    refuses(await sharp(photo.data, raw).tiff().toBuffer(), "IMAGE_UNSUPPORTED", /TIFF/);
    refuses(await sharp(photo.data, raw).avif({ effort: 0 }).toBuffer(), "IMAGE_UNSUPPORTED", /AVIF/);
    refuses(Buffer.from('<?xml version="1.0"?><svg xmlns="x"/>'), "IMAGE_UNSUPPORTED", /SVG/);
    refuses(Buffer.from("%PDF-1.7"), "IMAGE_UNSUPPORTED", /PDF/);
  });

  it("larger than the limit is refused before it is looked at", () => {
    refuses(new Uint8Array(1025), "IMAGE_TOO_LARGE", /limit/, { ...DEFAULT_LIMITS, inputBytes: 1024 });
  });

  it("CMYK is refused by name", async () => {
    refuses(
      await sharp(photo.data, raw).toColourspace("cmyk").jpeg().toBuffer(),
      "IMAGE_UNSUPPORTED",
      /CMYK/,
    );
  });

  it("animated is refused by name, as WEBP and as PNG", async () => {
    const frames = await sharp(noiseImage({ width: 8, height: 16 }, 3, 8).data, {
      raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
    })
      .webp({ loop: 0, delay: [10, 10] })
      .toBuffer();
    refuses(frames, "IMAGE_UNSUPPORTED", /animated WEBP/);
    const animated = buildPng({ ...onePixel, extra: [{ type: "acTL", data: new Uint8Array(8) }] });
    refuses(animated, "IMAGE_UNSUPPORTED", /animated PNG/);
  });
});

describe("a header that lies", () => {
  it("with 0x0 pixels is refused", () => {
    refuses(buildPng({ ...onePixel, width: 0, height: 0 }), "IMAGE_UNREADABLE", /0x0/);
  });

  it("with more than 100 MP is refused without decoding, in every format", () => {
    refuses(
      buildPng({ ...onePixel, width: 50_000, height: 50_000 }),
      "IMAGE_TOO_LARGE",
      /2500\.0 MP.*100\.0 MP/,
    );
    const jpeg = Buffer.from(files.jpg);
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(60_000, frame + 5);
    jpeg.writeUInt16BE(60_000, frame + 7);
    refuses(jpeg, "IMAGE_TOO_LARGE", /60000x60000/);
    const huge = Buffer.from([0, 0, 0, 0, 0xff, 0x3f, 0, 0xff, 0x3f, 0]);
    const webp = writeRiffChunks([{ type: "VP8X", data: huge }, ...readRiffChunks(files.webp)]);
    refuses(webp, "IMAGE_TOO_LARGE", /16384x16384/);
  });

  it("that promises more pixels than there are is damaged", async () => {
    const short = buildPng({ ...onePixel, width: 30, height: 30 });
    await expect(decodeImage(short)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });
});

describe("a truncated or damaged file", () => {
  it("is refused wherever it is cut, never read as half a picture", async () => {
    const cuts = fc.tuple(
      fc.constantFrom(...Object.values(files)),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(cuts, async ([bytes, share]) => {
        await expect(decodeImage(bytes.subarray(0, Math.floor(bytes.length * share)))).rejects.toMatchObject({
          code: "IMAGE_UNREADABLE",
        });
      }),
      { numRuns: 60 },
    );
  });

  it("either decodes or gives a MaskloomError, whichever byte is wrong: never a crash", async () => {
    const damage = fc.tuple(
      fc.constantFrom(...Object.values(files)),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ([bytes, position, flip]) => {
        const copy = new Uint8Array(bytes);
        const at = position % copy.length;
        copy[at] = (copy[at] ?? 0) ^ flip;
        const outcome = await decodeImage(copy).catch((error: unknown) => error);
        expect(outcome instanceof MaskloomError || (outcome instanceof Object && "image" in outcome)).toBe(
          true,
        );
      }),
      { numRuns: 150 },
    );
  });
});

describe("unusual but good files", () => {
  it("are what their content says, whatever they are called", async () => {
    // Nothing is told a file name: a JPEG called .png comes in as these bytes.
    expect(inspectImage(files.jpg).format).toBe("jpg");
    expect((await decodeImage(files.webp)).info.format).toBe("webp");
  });

  it("with stray bytes between JPEG segments, as some cameras write them, are read", async () => {
    const at = Buffer.from(files.jpg).indexOf(Buffer.from([0xff, 0xc0]));
    const stray = Buffer.concat([files.jpg.subarray(0, at), Buffer.from([1, 2, 3]), files.jpg.subarray(at)]);
    expect((await decodeImage(stray)).image.data).toEqual((await decodeImage(files.jpg)).image.data);
  });

  it("of 1-bit grey and of grey with a transparent level are expanded", async () => {
    const bits = buildPng({
      width: 8,
      height: 1,
      bitDepth: 1,
      colourType: 0,
      rows: [Uint8Array.of(0b10100001)],
    });
    expect((await decodeImage(bits)).image).toMatchObject({ channels: 1, depth: 8 });
    expect([...(await decodeImage(bits)).image.data]).toEqual([255, 0, 255, 0, 0, 0, 0, 255]);
    const keyed = buildPng({
      width: 3,
      height: 1,
      bitDepth: 8,
      colourType: 0,
      rows: [Uint8Array.of(5, 9, 200)],
      extra: [{ type: "tRNS", data: Uint8Array.of(0, 9) }],
    });
    expect((await decodeImage(keyed)).image.channels).toBe(2);
    expect([...(await decodeImage(keyed)).image.data]).toEqual([5, 255, 9, 0, 200, 255]);
  });

  it("of 16 bits with a transparent colour keep their 16 bits", async () => {
    const rows = [Buffer.from("0102030405060a0b0c0d0e0f", "hex")];
    const extra = [{ type: "tRNS", data: Buffer.from("0a0b0c0d0e0f", "hex") }];
    const { image } = await decodeImage(
      buildPng({ width: 2, height: 1, bitDepth: 16, colourType: 2, rows, extra }),
    );
    expect(image).toMatchObject({ channels: 4, depth: 16 });
    expect([...image.data]).toEqual([0x0102, 0x0304, 0x0506, 0xffff, 0x0a0b, 0x0c0d, 0x0e0f, 0]);
  });
});

describe("an output", () => {
  it("larger than the limit or than its format can hold is refused", async () => {
    const wide = noiseImage({ width: 16_384, height: 1 }, 1, 8);
    await expect(encodeImage(wide, { format: "webp" })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      message: expect.stringContaining("16383"),
    });
    await expect(
      encodeImage(photo, { format: "png", limits: { ...DEFAULT_LIMITS, outputPixels: 100 } }),
    ).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });
});
